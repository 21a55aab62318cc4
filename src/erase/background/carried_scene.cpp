#include "erase/background/carried_scene.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "erase/background/carried_plate.hpp"
#include "erase/background/completion.hpp"
#include "erase/background/person_area.hpp"
#include "erase/background/scene_estimate.hpp"
#include "erase/fill/poisson.hpp"

namespace invisiblur {
namespace {

/// A key reaches this part of a head beyond its halo: as far as a head sways while its owner stays.
constexpr double kSwayPart = 0.5;
/// What a key shows is what a frame shows where half of it differs by no more 8-bit steps than noise and a registration a little off make.
constexpr float kFits = 6;
/// Fewer pixels tell nothing.
constexpr std::size_t kLeastCompared = 200;
/// So many of the keys that hold a place are looked at, the nearest.
constexpr std::size_t kAskedKeys = 3;

Homography from_to(const Homography& from, const Homography& to) {
    return from == to ? Homography{} : inverse(to) * from;
}

Rect whole_of(const FaceArea& face) {
    return unite(face.core, face.halo);
}

bool holds(const SceneKey& key, const PlateSample& sample, const ShotPlace& place, int reach_px) {
    const Homography map = from_to(place.to_shot, key.to_shot);
    const Rect picture = sample.picture->view().bounds();
    return std::all_of(sample.areas.begin(), sample.areas.end(), [&](const FaceArea& face) {
        const Rect there = carried_rect(intersect(grow(whole_of(face), reach_px, reach_px), picture), map);
        // What lies beyond the key's picture no key of its neighbours would have, either.
        const Rect shown = intersect(there, picture);
        return !shown.empty() && intersect(there, key.plate->area) == shown && 2 * shown.width() > there.width() && 2 * shown.height() > there.height();
    });
}

float median_of(std::vector<float>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// How a frame differs from a key around the frame's heads, beside persons, where the key was seen.
class Comparison {
public:
    Comparison(const SceneKey& key, const PlateSample& sample, const Homography& map) : picture_(sample.picture->view()) {
        Rect area;
        for (const FaceArea& face : sample.areas) area = unite(area, grow(whole_of(face), face.core.width() / 4, face.core.height() / 4));
        carried_ = unknown_plate(picture_.layout, on_chroma_grid(area, picture_, true));
        const std::vector<std::uint8_t> scene = beside_persons(carried_.area, std::span(&sample, 1));
        const Plate& plate = *key.plate;
        const auto width = static_cast<std::size_t>(plate.area.width());
        lay_plane(map, plate.area, carried_.area, [&](std::size_t i, const LaidPlace& p) {
            carried_.known[i] = scene[i] != 0 && p.inside && all_marked(plate.known, width, p) && (plate.made_up.empty() || !any_marked(plate.made_up, width, p));
        });
        for (int c = 0; c < picture_.layout.component_count; ++c) lay_component(plate, c, map, 0, carried_);
    }

    /// Frame minus key, of one component.
    std::vector<float> changes(int c) const {
        const PixelLayout& layout = picture_.layout;
        const Rect there = in_component(carried_.area, layout, c), here{0, 0, there.width(), there.height()};
        std::vector<float> shown(static_cast<std::size_t>(here.x1) * static_cast<std::size_t>(here.y1)), laid(shown.size()), found;
        read_component(picture_, c, there, shown.data());
        read_component(carried_.image.view(), c, here, laid.data());
        for (std::size_t i = 0; i < shown.size(); ++i) {
            const std::size_t x = i % static_cast<std::size_t>(here.x1), y = i / static_cast<std::size_t>(here.x1);
            const std::size_t luma = (y << layout.log2_height(c)) * static_cast<std::size_t>(carried_.area.width()) + (x << layout.log2_width(c));
            if (carried_.known[luma] != 0) found.push_back(shown[i] - laid[i]);
        }
        return found;
    }

private:
    const ImageView& picture_;
    Plate carried_;
};

/// Whether a key looks, around a frame's heads, as the frame does, but for its light. Its plate is null where it does not.
FittingKey fit(const SceneKey& key, const PlateSample& sample, const ShotPlace& place) {
    FittingKey found{key.plate, from_to(place.to_shot, key.to_shot), {}};
    const Comparison comparison(key, sample, found.to_key);
    std::vector<float> changes = comparison.changes(0);
    if (changes.size() < kLeastCompared) return found;
    const PixelLayout& layout = sample.picture->view().layout;
    for (int c = 0; c < layout.component_count; ++c) {
        std::vector<float> of_component = comparison.changes(c);
        if (!of_component.empty()) found.light[static_cast<std::size_t>(c)] = median_of(of_component);
    }
    for (float& change : changes) change = std::abs(change - found.light[0]);
    if (median_of(changes) > kFits * static_cast<float>(1 << (layout.depth() - 8))) found.plate = nullptr;
    return found;
}

/// The same frames with their persons' bodies hidden, too: who stands up shows a chest where the head was.
std::vector<PlateSample> without_bodies(std::span<const RegisteredSample> samples) {
    std::vector<PlateSample> hidden;
    for (const RegisteredSample& registered : samples) {
        PlateSample sample = *registered.sample;
        for (const FaceArea& face : registered.sample->areas) {
            if (face.by_hand) continue;
            const std::vector<Rect> rects = BodyColumn(face).rects();
            // Not the first: that is the head, of which halos may show scene.
            for (auto rect = rects.begin() + 1; rect != rects.end(); ++rect) {
                const Rect body = on_chroma_grid(*rect, sample.picture->view(), true);
                if (!body.empty()) sample.areas.push_back({body, body, 1, true});
            }
        }
        if (sample.scene) {
            HaloScene scene = *sample.scene;
            scene.maps.resize(sample.areas.size());
            scene.hair.resize(sample.areas.size());
            sample.scene = std::make_shared<const HaloScene>(std::move(scene));
        }
        hidden.push_back(std::move(sample));
    }
    return hidden;
}

/// Gives what others showed the light and colour of the frame itself: the smooth membrane of the difference where both show the scene.
/// In: own, what the frame shows; seen, lies in its area.
void adapt(Plate& seen, const Plate& own, const PlateSample& sample) {
    const std::vector<std::uint8_t> scene = beside_persons(seen.area, std::span(&sample, 1));
    const Plate shown = crop_plate(own, seen.area);
    const PixelLayout& layout = seen.image.view().layout;
    for (int c = 0; c < layout.component_count; ++c) {
        const Rect all = in_component({0, 0, seen.area.width(), seen.area.height()}, layout, c);
        std::vector<float> values(static_cast<std::size_t>(all.width()) * static_cast<std::size_t>(all.height())), change(values.size());
        std::vector<PoissonKind> kinds(values.size(), PoissonKind::outside);
        read_component(seen.image.view(), c, all, values.data());
        read_component(shown.image.view(), c, all, change.data());
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::size_t x = i % static_cast<std::size_t>(all.width()), y = i / static_cast<std::size_t>(all.width());
            const std::size_t luma = (y << layout.log2_height(c)) * static_cast<std::size_t>(seen.area.width()) + (x << layout.log2_width(c));
            change[i] -= values[i];
            if (shown.known[luma] == 0) {
                kinds[i] = PoissonKind::wanted;
            } else if (seen.known[luma] != 0 && scene[luma] != 0) {
                kinds[i] = PoissonKind::given;
            }
        }
        solve_poisson(change, kinds, all.width(), all.height(), 0);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (kinds[i] == PoissonKind::wanted) values[i] += change[i];
        }
        write_component(seen.image.view(), c, all, values.data());
    }
}

/// What a frame shows of an area outside its halos.
Plate shown(const PlateSample& sample, const Rect& area) {
    return estimate_plate(std::span(&sample, 1), area);
}

/// Takes over what an earlier key made up, where nothing was seen since.
void take_over(Plate& plate, const SceneKey& before, const PlateSample& sample, const ShotPlace& place) {
    if (before.plate->made_up.empty()) return;
    const FittingKey key = fit(before, sample, place);
    if (!key.plate) return;
    Plate carried = unknown_plate(plate.image.view().layout, plate.area);
    for (int c = 0; c < carried.image.view().layout.component_count; ++c) lay_component(*key.plate, c, key.to_key, key.light[static_cast<std::size_t>(c)], carried);
    std::vector<std::uint8_t> which(plate.known.size(), 0);
    const auto width = static_cast<std::size_t>(key.plate->area.width());
    lay_plane(key.to_key, key.plate->area, plate.area, [&](std::size_t i, const LaidPlace& p) {
        which[i] = p.inside && plate.known[i] == 0 && all_marked(key.plate->known, width, p) && any_marked(key.plate->made_up, width, p);
    });
    carried.known = carried.made_up = which;
    lay_over(plate, carried, which);
}

}  // namespace

bool CarriedScene::needs_key(const PlateSample& sample, const ShotPlace& place) const {
    return !sample.areas.empty() && !key_among(sample, place, true).plate;
}

FittingKey CarriedScene::key_for(const PlateSample& sample, const ShotPlace& place) const {
    FittingKey own = key_among(sample, place, true);
    return own.plate ? own : key_among(sample, place, false);
}

/// In: own, only of the frame's own stretch.
FittingKey CarriedScene::key_among(const PlateSample& sample, const ShotPlace& place, bool own) const {
    std::vector<const SceneKey*> near;
    for (const SceneKey& key : keys_) {
        if ((!own || key.stretch == place.stretch) && holds(key, sample, place, reach_px_)) near.push_back(&key);
    }
    const auto away = [&](const SceneKey* key) { return std::abs(key->index - sample.index); };
    std::stable_sort(near.begin(), near.end(), [&](const SceneKey* a, const SceneKey* b) { return away(a) < away(b); });
    near.resize(std::min(near.size(), kAskedKeys));
    for (const SceneKey* key : near) {
        if (FittingKey found = fit(*key, sample, place); found.plate) return found;
    }
    return {};
}

void CarriedScene::add_key(const PlateSample& sample, const ShotPlace& place, std::span<const RegisteredSample> others) {
    const ImageView& picture = sample.picture->view();
    Rect area, part;
    for (const FaceArea& face : sample.areas) {
        const Rect whole = whole_of(face);
        const int sway_x = static_cast<int>(kSwayPart * face.core.width()), sway_y = static_cast<int>(kSwayPart * face.core.height());
        area = unite(area, grow(whole, reach_px_ + sway_x, reach_px_ + sway_y));
        part = unite(part, grow(whole, reach_px_, reach_px_));
    }
    area = on_chroma_grid(area, picture, true), part = on_chroma_grid(part, picture, true);
    if (area.empty() || part.empty()) return;
    Plate plate = shown(sample, area);
    const std::vector<PlateSample> scenes = without_bodies(others);
    std::vector<RegisteredSample> registered;
    for (std::size_t i = 0; i < scenes.size(); ++i) registered.push_back({&scenes[i], others[i].from_target});
    Plate seen = seen_by(registered, sample, sample.areas, part, reach_px_);
    adapt(seen, plate, sample);
    std::vector<std::uint8_t> which(seen.known.size(), 0);
    for (std::size_t i = 0; i < which.size(); ++i) {
        const int x = part.x0 + static_cast<int>(i) % part.width() - area.x0, y = part.y0 + static_cast<int>(i) / part.width() - area.y0;
        which[i] = seen.known[i] != 0 && plate.known[static_cast<std::size_t>(y) * static_cast<std::size_t>(area.width()) + static_cast<std::size_t>(x)] == 0;
    }
    lay_over(plate, seen, which);
    const auto after = std::find_if(keys_.begin(), keys_.end(), [&](const SceneKey& key) { return key.index > sample.index; });
    std::vector<const SceneKey*> nearest;
    for (const SceneKey& key : keys_) nearest.push_back(&key);
    const auto away = [&](const SceneKey* key) { return std::abs(key->index - sample.index); };
    std::stable_sort(nearest.begin(), nearest.end(), [&](const SceneKey* a, const SceneKey* b) { return away(a) < away(b); });
    for (const SceneKey* key : nearest) take_over(plate, *key, sample, place);
    complete_plate(plate, std::span(&sample, 1), near_faces(area, sample.areas, reach_px_));
    keys_.insert(after, {sample.index, place.stretch, place.to_shot, std::make_shared<const Plate>(std::move(plate))});
}

void complete_from(Plate& plate, const FittingKey& fitting, std::span<const std::uint8_t> wanted) {
    const Plate& key = *fitting.plate;
    Plate carried = unknown_plate(plate.image.view().layout, plate.area);
    carried.made_up.assign(carried.known.size(), 0);
    const auto width = static_cast<std::size_t>(key.area.width());
    lay_plane(fitting.to_key, key.area, plate.area, [&](std::size_t i, const LaidPlace& p) {
        carried.known[i] = all_marked(key.known, width, p);
        carried.made_up[i] = carried.known[i] != 0 && !key.made_up.empty() && any_marked(key.made_up, width, p);
    });
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i] != 0 && plate.known[i] == 0 && carried.known[i] == 0) return;
    }
    const bool trusted = !plate.confidence || plate.confidence->whole();
    const PixelLayout& layout = plate.image.view().layout;
    const int width_px = plate.area.width();
    for (int c = 0; c < layout.component_count; ++c) {
        lay_component(key, c, fitting.to_key, fitting.light[static_cast<std::size_t>(c)], carried);
        const Rect all = in_component({0, 0, width_px, plate.area.height()}, layout, c);
        std::vector<float> own(static_cast<std::size_t>(all.width()) * static_cast<std::size_t>(all.height())), other(own.size());
        read_component(plate.image.view(), c, all, own.data());
        read_component(carried.image.view(), c, all, other.data());
        for (std::size_t i = 0; i < own.size(); ++i) {
            const int x = static_cast<int>(i) % all.width(), y = static_cast<int>(i) / all.width();
            const std::size_t luma = static_cast<std::size_t>(y << layout.log2_height(c)) * static_cast<std::size_t>(width_px) + static_cast<std::size_t>(x << layout.log2_width(c));
            if (carried.known[luma] == 0) continue;
            const float t = plate.known[luma] == 0 ? 0 : trusted ? 1 : plate.confidence->at((static_cast<float>(x) + 0.5F) / static_cast<float>(all.width()), (static_cast<float>(y) + 0.5F) / static_cast<float>(all.height()));
            own[i] = t * own[i] + (1 - t) * other[i];
        }
        write_component(plate.image.view(), c, all, own.data());
    }
    plate.made_up.assign(plate.known.size(), 0);
    for (std::size_t i = 0; i < plate.known.size(); ++i) {
        if (plate.known[i] != 0 || carried.known[i] == 0) continue;
        plate.known[i] = 1;
        plate.made_up[i] = carried.made_up[i];
    }
    plate.confidence.reset();
}

}  // namespace invisiblur
