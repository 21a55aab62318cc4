#include "erase/background/plate_estimate.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "erase/fill/patch_samples.hpp"
#include "erase/region/body_reach.hpp"
#include "image/robust_mean.hpp"

namespace invisiblur {
namespace {

constexpr int kMostSamples = 64;
/// Values within this many 8-bit steps of the median are averaged: about three times the noise of a dim camera, less than an object's
/// contrast.
constexpr int kNearMedian = 8;

/// For each sample of a component, row by row: 1 where this frame may be asked. A halo's pixels may not, either: hair, an ear, the other
/// cheek of a turned head are no scene. Those that are known to show the scene may. Where bodies go, theirs may not, either: who never leaves would be the scene.
std::vector<std::uint8_t> references(const PlateSample& sample, const Rect& area, const PixelLayout& layout, int c) {
    const Rect whole = in_component(area, layout, c);
    const int sx = layout.log2_width(c), sy = layout.log2_height(c);
    std::vector<std::uint8_t> map(static_cast<std::size_t>(whole.width()) * whole.height(), 1);
    for (std::size_t face = 0; face < sample.areas.size(); ++face) {
        const FaceArea& hidden = sample.areas[face];
        const Rect r = intersect(unite(hidden.core, hidden.halo), area);
        const bool believed = sample.scene && !sample.scene->maps[face].empty();
        // A chroma sample is hidden where any of its luma pixels is.
        for (int y = r.y0; y < r.y1; ++y) {
            const auto [first, end] = halo_row(hidden, y);
            const auto row = map.begin() + static_cast<std::ptrdiff_t>((y >> sy) - whole.y0) * whole.width();
            for (int x = std::max(first, r.x0); x < std::min(end, r.x1); ++x) {
                const bool shown = believed && hidden.halo.contains(x, y) && !hidden.core.contains(x, y) && sample.scene->shows(face, hidden, x, y);
                if (!shown) row[(x >> sx) - whole.x0] = 0;
            }
        }
        if (!hidden.hides_body()) continue;
        const BodyReach body(hidden);
        for (int y = area.y0; y < area.y1; ++y) {
            const auto [left, right] = body.row(y);
            const auto row = map.begin() + static_cast<std::ptrdiff_t>((y >> sy) - whole.y0) * whole.width();
            const int first = std::max(left, area.x0), last = std::min(right, area.x1);
            if (first < last) std::fill(row + ((first >> sx) - whole.x0), row + (((last - 1) >> sx) + 1 - whole.x0), 0);
        }
    }
    return map;
}

/// Whether a component becomes greater where there is more light.
bool has_light(const PixelLayout& layout, int c) {
    return c == 0 || (layout.rgb && !is_alpha(layout, c));
}

struct Row {
    ComponentView<std::uint8_t> bytes;
    ComponentView<std::uint16_t> words;
    std::vector<std::uint8_t> map;
    int light;
};

class ComponentEstimate {
public:
    ComponentEstimate(std::span<const PlateSample> samples, const Rect& area, int c)
        : layout_(samples.front().picture->view().layout),
          c_(c),
          where_(in_component(area, layout_, c)),
          near_(kNearMedian << (layout_.depth() - 8)) {
        for (const PlateSample& sample : samples) {
            rows_.push_back({component<std::uint8_t>(sample.picture->view(), c), component<std::uint16_t>(sample.picture->view(), c),
                             references(sample, area, layout_, c), has_light(layout_, c) ? sample.light : 0});
        }
    }

    /// Nothing where no sample has the pixel outside its cores, or where they disagree.
    std::optional<float> at(int x, int y) {
        const std::size_t i = static_cast<std::size_t>(y) * where_.width() + x;
        const std::size_t count = gather(x, y, i);
        return robust_mean(std::span(values_).first(count), static_cast<float>(near_), static_cast<float>(2 * near_));
    }

    const Rect& where() const { return where_; }

private:
    std::size_t gather(int x, int y, std::size_t i) {
        std::size_t count = 0;
        for (const Row& row : rows_) {
            if (row.map[i] == 0) continue;
            const int px = x + where_.x0, py = y + where_.y0;
            const int value = (layout_.bytes_per_sample == 1 ? row.bytes.get(px, py) : row.words.get(px, py)) - row.light;
            values_[count++] = static_cast<std::uint16_t>(std::clamp(value, 0, 0xffff));
        }
        return count;
    }

    PixelLayout layout_;
    int c_;
    Rect where_;
    int near_;
    std::vector<Row> rows_;
    std::array<std::uint16_t, kMostSamples> values_{};
};

}  // namespace

void note_known(Plate& plate, int c, int x, int y, bool known) {
    const PixelLayout& layout = plate.image.view().layout;
    const int width = plate.area.width();
    if (c == 0) {
        plate.known[static_cast<std::size_t>(y) * width + x] = known;
        return;
    }
    if (known) return;
    const int sx = layout.log2_width(c), sy = layout.log2_height(c);
    for (int py = y << sy; py < std::min((y + 1) << sy, plate.area.height()); ++py) {
        for (int px = x << sx; px < std::min((x + 1) << sx, width); ++px) plate.known[static_cast<std::size_t>(py) * width + px] = 0;
    }
}

void PlateSampler::offer(const FrameRecordPtr& record) {
    if (offered_++ % stride_ != 0) return;
    kept_.push_back({record, record->picture});
    if (static_cast<int>(kept_.size()) > most_) thin_to(most_);
}

std::vector<PlateSample> PlateSampler::samples() const {
    std::vector<PlateSample> samples;
    for (const Kept& kept : kept_) samples.push_back({kept.picture, kept.record->index, kept.record->areas});
    return samples;
}

void PlateSampler::forget_from(std::int64_t index) {
    std::erase_if(kept_, [&](const Kept& kept) { return kept.record->index >= index; });
}

void PlateSampler::thin_to(int most) {
    while (static_cast<int>(kept_.size()) > most) {
        std::vector<Kept> fewer;
        for (std::size_t i = 0; i < kept_.size(); i += 2) fewer.push_back(std::move(kept_[i]));
        kept_ = std::move(fewer);
        stride_ *= 2;
    }
}

Plate estimate_plate(std::span<const PlateSample> samples, const Rect& area) {
    if (samples.empty()) return {};
    samples = samples.first(std::min<std::size_t>(samples.size(), kMostSamples));
    Plate plate = unknown_plate(samples.front().picture->view().layout, area);
    const PixelLayout& layout = plate.image.view().layout;
    for (int c = 0; c < layout.component_count; ++c) {
        ComponentEstimate estimate(samples, area, c);
        const Rect here = in_component({0, 0, area.width(), area.height()}, layout, c);
        std::vector<float> values(static_cast<std::size_t>(here.width()) * here.height(), 0.0F);
        for (int y = 0; y < here.height(); ++y) {
            for (int x = 0; x < here.width(); ++x) {
                const std::optional<float> value = estimate.at(x, y);
                if (value) values[static_cast<std::size_t>(y) * here.width() + x] = *value;
                note_known(plate, c, x, y, value.has_value());
            }
        }
        write_component(plate.image.view(), c, here, values.data());
    }
    return plate;
}

}  // namespace invisiblur
