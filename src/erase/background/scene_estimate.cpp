#include "erase/background/scene_estimate.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "erase/background/local_alignment.hpp"
#include "erase/background/plate_fragments.hpp"
#include "erase/background/temporal_fusion.hpp"

namespace invisiblur {
namespace {

/// As in a still plate: what is averaged around the median, in 8-bit steps.
constexpr float kNearMedian = 8;

struct Fitting {
    RegisteredSample sample;
    float light = 0;
    std::vector<float> tile_errors;
};

/// For each tile of an area the samples, best first: those that fit what is to be seen nearby, and of equally good ones the nearest in time.
class TileOrder {
public:
    TileOrder(const std::vector<Fitting>& fitting, const Rect& area, float step) : area_(area) {
        for (std::size_t tile = 0; tile < LocalAlignment::kTiles * LocalAlignment::kTiles; ++tile) {
            std::vector<std::size_t>& order = orders_.emplace_back();
            for (std::size_t k = 0; k < fitting.size(); ++k) order.push_back(k);
            // Less than a step is noise.
            const auto error = [&](std::size_t k) { return std::floor(fitting[k].tile_errors[tile] / step); };
            std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return error(a) < error(b); });
        }
    }

    /// In: x, y in luma pixels of the target.
    std::span<const std::size_t> at(int x, int y) const {
        const int column = std::clamp((x - area_.x0) * LocalAlignment::kTiles / area_.width(), 0, LocalAlignment::kTiles - 1);
        const int row = std::clamp((y - area_.y0) * LocalAlignment::kTiles / area_.height(), 0, LocalAlignment::kTiles - 1);
        return orders_[static_cast<std::size_t>(row * LocalAlignment::kTiles + column)];
    }

private:
    Rect area_;
    std::vector<std::vector<std::size_t>> orders_;
};

/// The middles of across x across equal parts of a rectangle.
std::vector<Point> spots_in(const Rect& r, int across) {
    std::vector<Point> spots;
    for (int k = 0; k < across * across; ++k) spots.push_back({r.x0 + (k % across + 0.5) / across * r.width(), r.y0 + (k / across + 0.5) / across * r.height()});
    return spots;
}

/// Counts how often the places behind the faces are seen, so that no work goes into frames that show nothing new.
class Coverage {
public:
    explicit Coverage(std::span<const FaceArea> faces) {
        for (const FaceArea& face : faces) {
            for (const Point& at : spots_in(face.halo, kGrid)) spots_.push_back({at, 0});
        }
    }

    bool needs(const RegisteredSample& sample) const {
        return std::any_of(spots_.begin(), spots_.end(), [&](const Spot& s) { return s.seen < kEnough && sees(sample, s.at); });
    }
    void add(const RegisteredSample& sample) {
        for (Spot& s : spots_) s.seen += sees(sample, s.at);
    }

    /// Whether of a place `sample` shows something that is seen outside of halos, or in one that is believed. In: at, of the target.
    static bool sees(const RegisteredSample& sample, const Point& at) {
        const Point p = apply(sample.from_target, at);
        const int x = static_cast<int>(std::lround(p.x)), y = static_cast<int>(std::lround(p.y));
        return sample.sample->picture->view().bounds().contains(x, y) && !hides_scene(*sample.sample, x, y);
    }

private:
    static constexpr int kGrid = 10;
    /// Some of those that agree, and some more where they do not.
    static constexpr int kEnough = 8;
    struct Spot {
        Point at;
        int seen;
    };

    std::vector<Spot> spots_;
};

/// The samples of one component, tile by tile: all of a tile ask the references in the same order.
class ComponentEstimate {
public:
    ComponentEstimate(const PlateSample& target, const std::vector<Fitting>& fitting, int c, const std::vector<std::uint8_t>& wanted, Plate& plate)
        : c_(c), wanted_(wanted), plate_(plate), layout_(plate.image.view().layout), where_(in_component(plate.area, layout_, c)),
          order_(fitting, plate.area, static_cast<float>(1 << (layout_.depth() - 8))) {
        for (const Fitting& f : fitting) {
            samplers_.emplace_back(f.sample, c, plate.area);
            lights_.push_back(c == 0 ? f.light : 0);
        }
        for (const FaceArea& face : target.areas) cores_.push_back(in_component(face.core, layout_, c));
        values_.assign(static_cast<std::size_t>(where_.width()) * where_.height(), 0.0F);
        shown_.resize(values_.size());
        if (c == 0) disputed_.resize(values_.size(), 0);
        read_component(target.picture->view(), c, where_, shown_.data());
    }

    /// After estimate(): 1 for the samples of which references disagree; of the first component, empty for others.
    const std::vector<std::uint8_t>& disputed() const { return disputed_; }

    void estimate() {
        TemporalFusion consensus(samplers_, lights_, kNearMedian * static_cast<float>(1 << (layout_.depth() - 8)));
        for (int y = where_.y0; y < where_.y1; ++y) {
            for (int x = where_.x0; x < where_.x1;) {
                const int luma_x = luma_column(x);
                if (!is_wanted(x, y)) {
                    ++x;
                    continue;
                }
                const std::span<const std::size_t> order = order_.at(plate_.area.x0 + luma_x, luma_row(y));
                int end = x + 1;
                while (end < where_.x1 && end - x < static_cast<int>(TemporalFusion::kLongestRun) && is_wanted(end, y) &&
                       order_.at(plate_.area.x0 + luma_column(end), luma_row(y)).data() == order.data())
                    ++end;
                run(consensus, x, end, y, order);
                x = end;
            }
        }
        write_component(plate_.image.view(), c_, {0, 0, where_.width(), where_.height()}, values_.data());
    }

private:
    int luma_column(int x) const { return (x - where_.x0) << layout_.log2_width(c_); }
    int luma_row(int y) const { return plate_.area.y0 + ((y - where_.y0) << layout_.log2_height(c_)); }
    bool is_wanted(int x, int y) const {
        return wanted_[static_cast<std::size_t>(luma_row(y) - plate_.area.y0) * static_cast<std::size_t>(plate_.area.width()) +
                       static_cast<std::size_t>(luma_column(x))] != 0;
    }

    void run(TemporalFusion& consensus, int x0, int x1, int y, std::span<const std::size_t> order) {
        const std::size_t at = static_cast<std::size_t>(y - where_.y0) * where_.width() + static_cast<std::size_t>(x0 - where_.x0);
        const std::size_t count = static_cast<std::size_t>(x1 - x0);
        std::array<bool, TemporalFusion::kLongestRun> visible{}, known{}, disputed{};
        for (std::size_t i = 0; i < count; ++i) {
            const int x = x0 + static_cast<int>(i);
            visible[i] = std::none_of(cores_.begin(), cores_.end(), [&](const Rect& r) { return r.contains(x, y); });
        }
        consensus.run(x0, y, order, std::span(shown_).subspan(at, count), std::span(visible).first(count), std::span(values_).subspan(at, count),
                      std::span(known).first(count), std::span(disputed).first(disputed_.empty() ? 0 : count));
        if (!disputed_.empty()) std::copy_n(disputed.begin(), count, disputed_.begin() + static_cast<std::ptrdiff_t>(at));
        for (std::size_t i = 0; i < count; ++i) note_known(plate_, c_, x0 + static_cast<int>(i) - where_.x0, y - where_.y0, known[i]);
    }

    int c_;
    const std::vector<std::uint8_t>& wanted_;
    Plate& plate_;
    const PixelLayout& layout_;
    Rect where_;
    TileOrder order_;
    std::vector<WarpedSampler> samplers_;
    std::vector<float> lights_;
    std::vector<Rect> cores_;
    std::vector<float> values_, shown_;
    std::vector<std::uint8_t> disputed_;
};

}  // namespace

bool is_seen_behind(const FaceArea& face, std::span<const RegisteredSample> samples, double least) {
    constexpr int kGrid = 12;
    /// The spots' share may be off by so much.
    constexpr double kReserve = 0.05;
    const auto seen_twice = [&](const Point& at) {
        int references = 0;
        return std::any_of(samples.begin(), samples.end(), [&](const RegisteredSample& s) { return Coverage::sees(s, at) && ++references == 2; });
    };
    const std::vector<Point> spots = spots_in(face.core, kGrid);
    const auto seen = std::count_if(spots.begin(), spots.end(), seen_twice);
    return static_cast<double>(seen) >= (least - kReserve) * static_cast<double>(spots.size());
}

Plate seen_by(std::span<const RegisteredSample> samples, const PlateSample& target, std::span<const FaceArea> faces, const Rect& area,
              int reach_px) {
    Plate plate = unknown_plate(target.picture->view().layout, area);
    const LocalAlignment ring(target, area);
    std::vector<Fitting> fitting;
    Coverage coverage(faces);
    for (const RegisteredSample& sample : samples) {
        if (!coverage.needs(sample)) continue;
        const auto fit = ring.fit(sample);
        if (!fit) continue;
        coverage.add(sample);
        fitting.push_back({{sample.sample, fit->from_target}, fit->light, fit->tile_errors});
    }
    if (fitting.empty()) return plate;
    const std::vector<std::uint8_t> wanted = near_faces(area, faces, reach_px);
    for (int c = 0; c < plate.image.view().layout.component_count; ++c) {
        ComponentEstimate component(target, fitting, c, wanted, plate);
        component.estimate();
        if (c == 0) plate.disputed = component.disputed();
    }
    drop_speckles(plate, wanted);
    return plate;
}

}  // namespace invisiblur
