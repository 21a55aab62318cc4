#include "erase/background/registered_plate.hpp"

#include <algorithm>

#include "erase/background/plate_judge.hpp"
#include "erase/background/scene_estimate.hpp"

namespace invisiblur {
namespace {

void note_hair(const PlateSample& target, Plate& plate) {
    if (!target.scene) return;
    plate.hair.assign(plate.known.size(), 0);
    for (std::size_t k = 0; k < target.areas.size(); ++k) {
        const Rect& halo = target.areas[k].halo;
        const std::vector<std::uint8_t>& hair = target.scene->hair[k];
        const Rect r = hair.empty() ? Rect{} : intersect(halo, plate.area);
        for (int y = r.y0; y < r.y1; ++y) {
            for (int x = r.x0; x < r.x1; ++x) {
                const std::size_t here = static_cast<std::size_t>(y - plate.area.y0) * plate.area.width() + (x - plate.area.x0);
                plate.hair[here] |= hair[static_cast<std::size_t>(y - halo.y0) * halo.width() + (x - halo.x0)];
            }
        }
    }
}

/// What the samples or a key showed of a part of the target.
void judge(const PlateSample& target, Plate& plate, int reach_px) {
    // Behind the others too, or what is painted there would have an edge.
    judge_plate(target.picture->view(), plate, target.areas, near_faces(plate.area, target.areas, reach_px));
}

}  // namespace

Plate estimate_registered(const PlateSample& target, std::span<const RegisteredSample> samples, const Rect& area, int reach_px) {
    const ImageView& picture = target.picture->view();
    std::vector<FaceArea> faces;
    Rect part;
    for (const FaceArea& face : target.areas) {
        if (!overlap(unite(face.core, face.halo), area) || !is_seen_behind(face, samples, kLeastOfCore)) continue;
        faces.push_back(face);
        part = unite(part, grow(unite(face.core, face.halo), reach_px, reach_px));
    }
    part = intersect(on_chroma_grid(part, picture, true), area);
    Plate plate = unknown_plate(picture.layout, area);
    if (!part.empty()) {
        plate = crop_plate(seen_by(samples, target, faces, part, reach_px), area);
        judge(target, plate, reach_px);
    }
    note_hair(target, plate);
    return plate;
}

Plate laid_over(const PlateSample& target, std::span<const RegisteredSample> samples) {
    const ImageView& picture = target.picture->view();
    Plate plate = estimate_registered(target, samples, picture.bounds(), 0);
    const std::vector<std::uint8_t> hidden = near_faces(plate.area, target.areas, 0);
    for (int c = 0; c < picture.layout.component_count; ++c) {
        const Rect all = in_component(plate.area, picture.layout, c);
        const int sx = picture.layout.log2_width(c), sy = picture.layout.log2_height(c);
        std::vector<float> shown = component_samples(picture, c, all);
        const std::vector<float> behind = component_samples(plate.image.view(), c, all);
        for (std::size_t i = 0; i < shown.size(); ++i) {
            const std::size_t x = i % all.width() << sx, y = i / all.width() << sy;
            if (hidden[y * plate.area.width() + x] != 0) shown[i] = behind[i];
        }
        write_component(plate.image.view(), c, all, shown.data());
    }
    for (std::size_t i = 0; i < hidden.size(); ++i) plate.known[i] |= hidden[i] == 0;
    fill_unknown(plate);
    return plate;
}

namespace {

class RegisteredPlate : public PlateSource {
public:
    RegisteredPlate(PlateSample target, std::vector<PlateSample> samples, std::vector<Homography> maps, int reach_px, Keyed key)
        : target_(std::move(target)), samples_(std::move(samples)), maps_(std::move(maps)), reach_px_(reach_px), key_(std::move(key)) {}

    Plate plate(std::int64_t, const Rect& area) const override {
        if (auto keyed = key_.plates ? key_.plates->plate(target_, key_.to_key, area) : std::nullopt) {
            if (const auto before = key_.before ? key_.before->plate(target_, key_.to_before, area) : std::nullopt) mix_made_up(*keyed, *before, key_.before_share);
            if (!keyed->confidence && anything_known(*keyed)) judge(target_, *keyed, reach_px_);
            note_hair(target_, *keyed);
            return std::move(*keyed);
        }
        std::vector<RegisteredSample> registered;
        for (std::size_t i = 0; i < samples_.size(); ++i) registered.push_back({&samples_[i], maps_[i]});
        Plate plate = estimate_registered(target_, registered, area, reach_px_);
        lay_pieces(key_.pieces, {target_, key_.pose}, near_faces(area, target_.areas, reach_px_), plate);
        return plate;
    }

private:
    PlateSample target_;
    std::vector<PlateSample> samples_;
    std::vector<Homography> maps_;
    int reach_px_;
    Keyed key_;
};

}  // namespace

std::unique_ptr<PlateSource> make_registered_plate(PlateSample target, std::vector<PlateSample> samples, std::vector<Homography> maps,
                                                   int reach_px, Keyed key) {
    return std::make_unique<RegisteredPlate>(std::move(target), std::move(samples), std::move(maps), reach_px, std::move(key));
}

}  // namespace invisiblur
