#include "erase/key_plates.hpp"

#include <algorithm>
#include <cmath>

#include "erase/mask.hpp"
#include "erase/ring.hpp"
#include "erase/scene_estimate.hpp"

namespace invisiblur {
namespace {

/// What a frame's own surroundings may still move the key by, and interpolation's neighbours.
constexpr int kReservePx = 8;

Rect carried_rect(const Rect& rect, const Homography& map) {
    double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
    for (int k = 0; k < 4; ++k) {
        const Point p = apply(map, {static_cast<double>(k & 1 ? rect.x1 : rect.x0), static_cast<double>(k >> 1 ? rect.y1 : rect.y0)});
        x0 = std::min(x0, p.x), x1 = std::max(x1, p.x);
        y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
    }
    constexpr double kFar = 1e8;
    if (!(x0 > -kFar && y0 > -kFar && x1 < kFar && y1 < kFar)) return {};
    return {static_cast<int>(std::floor(x0)), static_cast<int>(std::floor(y0)), static_cast<int>(std::ceil(x1)), static_cast<int>(std::ceil(y1))};
}

/// Samples of one plane between its whole ones.
class Laid {
public:
    /// In: where, the plane's rectangle in the coordinates that the map leads to.
    Laid(const Homography& map, const Rect& where) : map_(map), where_(where) {}

    /// The upper left of the four neighbours of a target's sample, and its place between them; false where one of them is not there.
    struct Place {
        std::size_t index;
        float fx, fy;
    };
    bool find(int x, int y, Place& place) const {
        const auto& m = map_.m;
        const double w = m[6] * x + m[7] * y + m[8];
        // A still camera's whole places may come out a hair off.
        constexpr double kHair = 1e-6;
        const double px = (m[0] * x + m[1] * y + m[2]) / w - where_.x0 + kHair, py = (m[3] * x + m[4] * y + m[5]) / w - where_.y0 + kHair;
        if (!(px >= 0 && py >= 0 && px < where_.width() - 1 && py < where_.height() - 1)) return false;
        const int ix = static_cast<int>(px), iy = static_cast<int>(py);
        place = {static_cast<std::size_t>(iy) * where_.width() + ix, static_cast<float>(px - ix), static_cast<float>(py - iy)};
        return true;
    }

private:
    Homography map_;
    Rect where_;
};

void lay_component(const Plate& from, int c, const Homography& map, float light, Plate& to) {
    const PixelLayout& layout = to.image.view().layout;
    const Rect source = in_component(from.area, layout, c), target = in_component(to.area, layout, c);
    std::vector<float> samples(static_cast<std::size_t>(source.width()) * source.height()), laid(static_cast<std::size_t>(target.width()) * target.height());
    read_component(from.image.view(), c, {0, 0, source.width(), source.height()}, samples.data());
    const Laid place_of(in_samples(map, layout, c), source);
    const std::size_t width = static_cast<std::size_t>(source.width());
    Laid::Place p;
    std::size_t i = 0;
    for (int y = target.y0; y < target.y1; ++y) {
        for (int x = target.x0; x < target.x1; ++x, ++i) {
            if (!place_of.find(x, y, p)) continue;
            const float* s = &samples[p.index];
            laid[i] = light + (1 - p.fy) * ((1 - p.fx) * s[0] + p.fx * s[1]) + p.fy * ((1 - p.fx) * s[width] + p.fx * s[width + 1]);
        }
    }
    write_component(to.image.view(), c, {0, 0, target.width(), target.height()}, laid.data());
}

/// A pixel is known where what it is mixed from is. Subsampled components are known where their luma pixels are.
void lay_known(const Plate& from, const Homography& map, std::span<const std::uint8_t> wanted, Plate& to) {
    const Laid place_of(map, from.area);
    const std::size_t width = static_cast<std::size_t>(from.area.width());
    Laid::Place p;
    std::size_t i = 0;
    for (int y = to.area.y0; y < to.area.y1; ++y) {
        for (int x = to.area.x0; x < to.area.x1; ++x, ++i) {
            if (wanted[i] == 0 || !place_of.find(x, y, p)) continue;
            const std::uint8_t* known = &from.known[p.index];
            to.known[i] = known[0] & (p.fx < 1e-3F || known[1]) & (p.fy < 1e-3F || known[width]) & (p.fx < 1e-3F || p.fy < 1e-3F || known[width + 1]);
        }
    }
}

}  // namespace

struct KeyPlates::Part {
    Rect area;
    std::vector<FaceArea> faces;
    mutable std::once_flag made;
    mutable Plate plate;
};

FaceArea carried_area(const FaceArea& area, const Homography& map, const ImageView& image, bool interlaced) {
    FaceArea carried = area;
    carried.core = on_chroma_grid(carried_rect(area.core, map), image, interlaced);
    carried.halo = on_chroma_grid(carried_rect(area.halo, map), image, interlaced);
    return carried;
}

KeyPlates::KeyPlates(PlateSample key, std::vector<PlateSample> samples, std::vector<Homography> maps, std::span<const FaceArea> faces,
                     bool interlaced, int reach_px)
    : key_(std::move(key)), samples_(std::move(samples)), maps_(std::move(maps)), reach_px_(reach_px + kReservePx) {
    for (PatchPlan& plan : plan_patches(faces, key_.picture->view(), interlaced, reach_px_)) {
        parts_.push_back(std::make_unique<Part>());
        parts_.back()->area = plan.area;
        parts_.back()->faces = std::move(plan.faces);
    }
}

KeyPlates::~KeyPlates() = default;

void KeyPlates::make(const Part& part) const {
    std::vector<RegisteredSample> registered;
    for (std::size_t i = 0; i < samples_.size(); ++i) registered.push_back({&samples_[i], maps_[i]});
    std::vector<FaceArea> seen;
    for (const FaceArea& face : part.faces) {
        if (is_seen_behind(face, registered)) seen.push_back(face);
    }
    part.plate = seen.empty() ? unknown_plate(key_.picture->view().layout, part.area) : seen_by(registered, key_, seen, part.area, reach_px_);
}

/// The part that holds all of the target's faces in an area.
const KeyPlates::Part* KeyPlates::part_around(const PlateSample& target, const Homography& to_key, const Rect& area) const {
    Rect wanted;
    for (const FaceArea& face : target.areas) {
        const Rect whole = unite(face.core, face.halo);
        if (overlap(whole, area)) wanted = unite(wanted, carried_rect(whole, to_key));
    }
    wanted = intersect(wanted, key_.picture->view().bounds());
    const auto holds = [&](const std::unique_ptr<Part>& part) { return intersect(wanted, part->area) == wanted; };
    const auto part = std::find_if(parts_.begin(), parts_.end(), holds);
    return wanted.empty() || part == parts_.end() ? nullptr : part->get();
}

std::optional<Plate> KeyPlates::plate(const PlateSample& target, const Homography& to_key, const Rect& area) const {
    const Part* part = part_around(target, to_key, area);
    if (!part) return std::nullopt;
    std::call_once(part->made, [&] { make(*part); });
    Plate plate = unknown_plate(target.picture->view().layout, area);
    if (!anything_known(part->plate)) return plate;
    Homography map = to_key;
    float light = 0;
    if (target.index != key_.index) {
        const auto fit = Ring(target, area).fit({&key_, to_key});
        if (!fit) return std::nullopt;
        map = fit->from_target, light = fit->light;
    }
    lay_known(part->plate, map, near_faces(area, target.areas, reach_px_), plate);
    for (int c = 0; c < plate.image.view().layout.component_count; ++c) lay_component(part->plate, c, map, c == 0 ? light : 0, plate);
    return plate;
}

}  // namespace invisiblur
