#include "erase/registered_plate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "erase/robust_mean.hpp"

namespace invisiblur {
namespace {

/// Witnesses of one pixel: enough to outvote a passer-by, near enough in time to show the same scene.
constexpr std::size_t kMostValues = 9;
/// The ring is looked at this far around the area, on every third pixel.
constexpr int kRingPx = 24;
constexpr int kRingStep = 3;
constexpr std::size_t kFewestRingPoints = 40;
/// A witness fits when its error on the ring is below this part of the ring's own contrast, plus noise; in 8-bit steps.
constexpr double kFitContrast = 0.5;
constexpr double kFitNoise = 3;
/// As in a still plate: what is averaged around the median, in 8-bit steps.
constexpr float kNearMedian = 8;

bool in_any_core(const std::vector<Rect>& cores, int x, int y) {
    return std::any_of(cores.begin(), cores.end(), [&](const Rect& r) { return r.contains(x, y); });
}

/// Bilinear samples of one component of a frame, at places given in another frame's pixels; none where a core takes part.
class Probe {
public:
    /// In: area of the target, in luma pixels, that will be asked for.
    Probe(const RegisteredSample& registered, int c, const Rect& area)
        : image_(registered.sample->picture->view()),
          map_(registered.from_target),
          still_(registered.from_target.is_identity()),
          bytes_(component<std::uint8_t>(image_, c)),
          words_(component<std::uint16_t>(image_, c)) {
        const PixelLayout& layout = image_.layout;
        scale_x_ = 1 << (layout.components[c].subsampled ? layout.log2_chroma_width : 0);
        scale_y_ = 1 << (layout.components[c].subsampled ? layout.log2_chroma_height : 0);
        const Rect there = reach(area);
        for (const FaceArea& face : registered.sample->areas) {
            if (overlap(face.core, there)) cores_.push_back(in_component(face.core, layout, c));
        }
    }

    /// In: x, y of a sample of the target's component.
    std::optional<float> at(int x, int y) const {
        if (still_) return tap_if_free(x, y);
        const Point p = apply(map_, {(x + 0.5) * scale_x_ - 0.5, (y + 0.5) * scale_y_ - 0.5});
        const double px = (p.x + 0.5) / scale_x_ - 0.5, py = (p.y + 0.5) / scale_y_ - 0.5;
        if (!(px > -1 && py > -1 && px < bytes_.width && py < bytes_.height)) return std::nullopt;
        const int ix = static_cast<int>(std::floor(px)), iy = static_cast<int>(std::floor(py));
        const float fx = static_cast<float>(px - ix), fy = static_cast<float>(py - iy);
        const float weights[4] = {(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy};
        float sum = 0, used = 0;
        for (int k = 0; k < 4; ++k) {
            /// A neighbour that would hardly count need not be there.
            constexpr float kHardly = 0.02F;
            if (weights[k] < kHardly) continue;
            const std::optional<float> tap = tap_if_free(ix + (k & 1), iy + (k >> 1));
            if (!tap) return std::nullopt;
            sum += weights[k] * *tap;
            used += weights[k];
        }
        return sum / used;
    }

private:
    /// Where an area of the target lies here, with room for chroma and interpolation.
    Rect reach(const Rect& area) const {
        Rect there;
        for (int k = 0; k < 4; ++k) {
            const Point p = apply(map_, {static_cast<double>(k & 1 ? area.x1 : area.x0), static_cast<double>(k >> 1 ? area.y1 : area.y0)});
            const Rect corner = outer_rect({static_cast<float>(p.x) - 0.5F, static_cast<float>(p.y) - 0.5F, 1, 1});
            there = unite(there, corner);
        }
        return grow(there, 8, 8);
    }

    std::optional<float> tap_if_free(int x, int y) const {
        if (x < 0 || y < 0 || x >= bytes_.width || y >= bytes_.height || in_any_core(cores_, x, y)) return std::nullopt;
        return static_cast<float>(image_.layout.bytes_per_sample == 1 ? bytes_.get(x, y) : words_.get(x, y));
    }

    const ImageView& image_;
    Homography map_;
    bool still_;
    ComponentView<std::uint8_t> bytes_;
    ComponentView<std::uint16_t> words_;
    int scale_x_ = 1;
    int scale_y_ = 1;
    std::vector<Rect> cores_;
};

float median_of(std::vector<float>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// The target's luma around the faces, where the scene itself is to be seen.
class Ring {
public:
    Ring(const PlateSample& target, const Rect& area) {
        const ImageView& image = target.picture->view();
        around_ = intersect(grow(area, kRingPx, kRingPx), image.bounds());
        collect(target, around_, true);
        if (points_.size() < kFewestRingPoints) {
            points_.clear();
            values_.clear();
            collect(target, around_, false);
        }
        double sum = 0, squares = 0;
        for (const float v : values_) sum += v, squares += static_cast<double>(v) * v;
        const double n = static_cast<double>(std::max<std::size_t>(1, values_.size()));
        contrast_ = std::sqrt(std::max(0.0, squares / n - sum / n * sum / n));
        steps_ = 1 << (image.layout.depth() - 8);
    }

    /// How much brighter the target is than a fitting sample; none for one that does not fit.
    std::optional<float> fit(const RegisteredSample& sample) const {
        const Probe probe(sample, 0, around_);
        std::vector<float> differences;
        for (std::size_t i = 0; i < points_.size(); ++i) {
            const std::optional<float> there = probe.at(points_[i].x0, points_[i].y0);
            if (there) differences.push_back(values_[i] - *there);
        }
        if (differences.size() < kFewestRingPoints) return std::nullopt;
        const float light = median_of(differences);
        double error = 0;
        for (const float d : differences) error += std::abs(d - light);
        error /= static_cast<double>(differences.size());
        if (error > kFitContrast * contrast_ + kFitNoise * steps_) return std::nullopt;
        return light;
    }

private:
    void collect(const PlateSample& target, const Rect& around, bool outside_halos) {
        for (int y = around.y0; y < around.y1; y += kRingStep) {
            for (int x = around.x0; x < around.x1; x += kRingStep) {
                const bool hidden = std::any_of(target.areas.begin(), target.areas.end(),
                                                [&](const FaceArea& f) { return (outside_halos ? f.halo : f.core).contains(x, y); });
                if (hidden) continue;
                points_.push_back({x, y, x + 1, y + 1});
                values_.push_back(0);
                read_component(target.picture->view(), 0, points_.back(), &values_.back());
            }
        }
    }

    Rect around_;
    std::vector<Rect> points_;
    std::vector<float> values_;
    double contrast_ = 0;
    double steps_ = 1;
};

struct Fitting {
    RegisteredSample sample;
    float light = 0;
};

/// One component of the plate.
void estimate_component(const std::vector<Fitting>& fitting, int c, Plate& plate) {
    const PixelLayout& layout = plate.image.view().layout;
    const Rect where = in_component(plate.area, layout, c);
    std::vector<Probe> probes;
    for (const Fitting& f : fitting) probes.emplace_back(f.sample, c, plate.area);
    std::vector<float> values(static_cast<std::size_t>(where.width()) * where.height(), 0.0F);
    const float near = kNearMedian * static_cast<float>(1 << (layout.depth() - 8));
    std::array<float, kMostValues> found{};
    std::size_t i = 0;
    for (int y = where.y0; y < where.y1; ++y) {
        for (int x = where.x0; x < where.x1; ++x, ++i) {
            std::size_t count = 0;
            for (std::size_t k = 0; k < probes.size() && count < kMostValues; ++k) {
                const std::optional<float> value = probes[k].at(x, y);
                if (value) found[count++] = *value + (c == 0 ? fitting[k].light : 0);
            }
            // One witness alone may be a passer-by.
            const std::optional<float> value = count > 1 ? robust_mean(std::span(found).first(count), near) : std::nullopt;
            if (value) values[i] = *value;
            note_known(plate, c, x - where.x0, y - where.y0, value.has_value());
        }
    }
    write_component(plate.image.view(), c, {0, 0, where.width(), where.height()}, values.data());
}

}  // namespace

Plate estimate_registered(const PlateSample& target, std::span<const RegisteredSample> samples, const Rect& area) {
    Plate plate = unknown_plate(target.picture->view().layout, area);
    const Ring ring(target, area);
    std::vector<Fitting> fitting;
    for (const RegisteredSample& sample : samples) {
        if (const std::optional<float> light = ring.fit(sample)) fitting.push_back({sample, *light});
    }
    if (fitting.empty()) return plate;
    for (int c = 0; c < plate.image.view().layout.component_count; ++c) estimate_component(fitting, c, plate);
    fill_unknown(plate);
    return plate;
}

namespace {

class RegisteredPlate : public PlateSource {
public:
    RegisteredPlate(PlateSample target, std::vector<PlateSample> samples, std::vector<Homography> maps)
        : target_(std::move(target)), samples_(std::move(samples)), maps_(std::move(maps)) {}

    Plate plate(std::int64_t, const Rect& area) const override {
        std::vector<RegisteredSample> registered;
        for (std::size_t i = 0; i < samples_.size(); ++i) registered.push_back({&samples_[i], maps_[i]});
        return estimate_registered(target_, registered, area);
    }

private:
    PlateSample target_;
    std::vector<PlateSample> samples_;
    std::vector<Homography> maps_;
};

}  // namespace

std::unique_ptr<PlateSource> make_registered_plate(PlateSample target, std::vector<PlateSample> samples, std::vector<Homography> maps) {
    return std::make_unique<RegisteredPlate>(std::move(target), std::move(samples), std::move(maps));
}

}  // namespace invisiblur
