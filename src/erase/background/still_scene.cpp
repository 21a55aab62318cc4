#include "erase/background/still_scene.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "erase/background/completion.hpp"
#include "erase/background/moving_plates.hpp"
#include "erase/background/person_area.hpp"

namespace invisiblur {
namespace {

class FadingPlate : public PlateSource {
public:
    FadingPlate(Plate before, Plate plate, std::int64_t start, std::int64_t frames)
        : before_(std::move(before)), plate_(std::move(plate)), start_(start), frames_(frames) {}

    Plate plate(std::int64_t frame, const Rect& area) const override {
        Plate now = crop_plate(plate_, area);
        const std::int64_t since = frame - start_;
        if (since < frames_) mix_made_up(now, crop_plate(before_, area), 1 - static_cast<float>(std::max<std::int64_t>(0, since)) / static_cast<float>(frames_));
        return now;
    }

private:
    Plate before_, plate_;
    std::int64_t start_, frames_;
};

/// What moves with the people of a frame: heads and bodies.
std::vector<Rect> people_in(const PlateSample& sample) {
    std::vector<Rect> people;
    for (const FaceArea& face : sample.areas) {
        people.push_back(unite(face.core, face.halo));
        if (!face.is_head()) continue;
        for (const Rect& rect : BodyColumn(face).rects()) people.push_back(rect);
    }
    return people;
}

/// Sets by how much the light of a shot's frames differs from the first one's, as their luma beside people says at the points of a grid: cameras adapt to it. Returns: false where it does not change everywhere alike: then what different frames showed does not fit together, and what is copied from it
/// would not fit anywhere.
bool note_lights(std::span<PlateSample> samples) {
    constexpr int kGrid = 32;
    /// 8-bit steps: as near the median as values of a still plate are averaged; and the part of the points that must be as near.
    constexpr float kSteady = 8;
    constexpr double kSteadyPart = 0.75;
    const ImageView& first = samples.front().picture->view();
    const float near = kSteady * static_cast<float>(1 << (first.layout.depth() - 8));
    const auto is_hidden = [](const std::vector<Rect>& people, int x, int y) { return std::ranges::any_of(people, [&](const Rect& r) { return r.contains(x, y); }); };
    const std::vector<Rect> hidden_first = people_in(samples.front());
    bool steady = true;
    for (PlateSample& sample : samples) {
        const std::vector<Rect> hidden = people_in(sample);
        std::vector<float> changes;
        for (int k = 0; k < kGrid * kGrid; ++k) {
            const int x = first.width * (2 * (k % kGrid) + 1) / (2 * kGrid), y = first.height * (2 * (k / kGrid) + 1) / (2 * kGrid);
            if (is_hidden(hidden, x, y) || is_hidden(hidden_first, x, y)) continue;
            float before = 0, now = 0;
            read_component(first, 0, {x, y, x + 1, y + 1}, &before);
            read_component(sample.picture->view(), 0, {x, y, x + 1, y + 1}, &now);
            changes.push_back(now - before);
        }
        if (changes.empty()) continue;
        const auto middle = changes.begin() + static_cast<std::ptrdiff_t>(changes.size() / 2);
        std::nth_element(changes.begin(), middle, changes.end());
        const float light = *middle;
        sample.light = static_cast<int>(std::lround(light));
        const auto alike = std::ranges::count_if(changes, [&](float change) { return std::abs(change - light) <= near; });
        steady &= static_cast<double>(alike) >= kSteadyPart * static_cast<double>(changes.size());
    }
    return steady;
}

/// Takes back what is known behind faces where it is mostly somebody's body that was seen: who stands up shows a chest where the head was.
void forget_bodies(Plate& plate, std::span<const PlateSample> samples) {
    const std::vector<std::uint8_t> scene = beside_persons(plate.area, samples);
    for (const PlateSample& sample : samples) {
        for (const FaceArea& face : sample.areas) {
            if (!face.is_head()) continue;
            const Rect core = within(face.core, plate.area);
            for (int y = core.y0; y < core.y1; ++y) {
                for (int x = core.x0; x < core.x1; ++x) {
                    const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(plate.area.width()) + static_cast<std::size_t>(x);
                    plate.known[i] &= scene[i];
                }
            }
        }
    }
}

bool hides_bodies(const PlateSample& sample) {
    return std::ranges::any_of(sample.areas, &FaceArea::hides_body);
}

bool same_areas(const PlateSample& a, const PlateSample& b) {
    return std::ranges::equal(a.areas, b.areas, [](const FaceArea& x, const FaceArea& y) { return x.core == y.core && x.halo == y.halo; });
}

}  // namespace

/// The samples with what their halos show of the scene.
std::vector<PlateSample> StillScene::looked_at(std::span<const PlateSample> samples) {
    std::vector<PlateSample> looked(samples.begin(), samples.end());
    if (looked.empty()) return looked;
    steady_ = note_lights(looked);
    std::vector<ReferenceFrame> references;
    for (const PlateSample& sample : looked) references.push_back({sample, {}});
    std::vector<const ReferenceFrame*> all;
    for (const ReferenceFrame& reference : references) all.push_back(&reference);
    for (std::size_t i = 0; i < looked.size(); ++i) {
        PlateSample& sample = looked[i];
        if (sample.areas.empty()) continue;
        const auto known = std::ranges::find_if(known_, [&](const PlateSample& k) { return k.index == sample.index && same_areas(k, sample); });
        if (known != known_.end()) {
            sample.scene = known->scene;
            continue;
        }
        sample.scene = halo_scene_among(references[i], all);
        if (sample.scene->complete) known_.push_back({nullptr, sample.index, sample.areas, sample.scene});
    }
    return looked;
}

Plate StillScene::plate(std::span<const PlateSample> shown, const Rect& area) {
    const std::vector<PlateSample> samples = looked_at(shown);
    Plate plate = estimate_plate(samples, area);
    drop_speckles(plate);
    if (complete_ && !samples.empty() && steady_) {
        // Where bodies go no sample showed one.
        if (std::ranges::none_of(samples, hides_bodies)) forget_bodies(plate, samples);
        if (!made_.area.empty()) {
            std::vector<std::uint8_t> still = crop_plate(made_, area).made_up;
            for (std::size_t i = 0; i < still.size(); ++i) still[i] &= plate.known[i] == 0;
            if (!still.empty()) lay_over(plate, crop_plate(made_, area), still);
        }
        std::vector<std::uint8_t> wanted(plate.known.size(), 0);
        for (const PlateSample& sample : samples) {
            const std::vector<std::uint8_t> near = near_persons(area, sample.areas, reach_px_);
            for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] |= near[i];
        }
        complete_plate(plate, samples, wanted);
        keep(plate);
    }
    fill_unknown(plate);
    return plate;
}

/// Remembers what is made up of a plate, besides what was before.
void StillScene::keep(const Plate& plate) {
    if (plate.made_up.empty()) return;
    const Rect all = unite(made_.area, plate.area);
    if (all != made_.area) {
        const Plate before = std::move(made_);
        made_ = unknown_plate(plate.image.view().layout, all);
        made_.made_up.assign(made_.known.size(), 0);
        if (!before.area.empty()) lay_over(made_, before, before.made_up);
    }
    lay_over(made_, plate, plate.made_up);
}

std::unique_ptr<PlateSource> make_fading_plate(Plate before, Plate plate, std::int64_t start, std::int64_t frames) {
    bool fades = false;
    for (std::size_t i = 0; i < plate.known.size() && !fades; ++i) fades = before.is_made_up(i) && !plate.is_made_up(i) && plate.known[i] != 0;
    if (!fades) return make_still_plate(std::move(plate));
    return std::make_unique<FadingPlate>(std::move(before), std::move(plate), start, frames);
}

}  // namespace invisiblur
