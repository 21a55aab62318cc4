#include "erase/registered_plate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "erase/robust_mean.hpp"

namespace invisiblur {
namespace {

/// Witnesses of one pixel: enough to outvote a passer-by, near enough in time to show the same scene.
constexpr std::size_t kMostValues = 5;
/// The ring is looked at this far around the area, on every third pixel.
constexpr int kRingPx = 24;
constexpr int kRingStep = 3;
constexpr std::size_t kFewestRingPoints = 40;
/// A witness fits when its error on the ring is below this part of the ring's own contrast, plus noise; in 8-bit steps.
constexpr double kFitContrast = 0.5;
constexpr double kFitNoise = 3;
/// As in a still plate: what is averaged around the median, in 8-bit steps.
constexpr float kNearMedian = 8;

/// Bilinear samples of one component of a frame, at places given in another frame's pixels; none where a core or a halo takes part.
class Probe {
public:
    /// In: area of the target, in luma pixels, that will be asked for.
    Probe(const RegisteredSample& registered, int c, const Rect& area)
        : image_(registered.sample->picture->view()),
          still_(registered.from_target.is_identity()),
          bytes_(component<std::uint8_t>(image_, c)),
          words_(component<std::uint16_t>(image_, c)) {
        const PixelLayout& layout = image_.layout;
        const bool sub = layout.components[c].subsampled;
        map_ = registered.from_target;
        if (sub && !still_) {
            // From a component's samples to luma pixels, whose centres lie at (sample + 0.5) * scale - 0.5.
            const double sx = 1 << layout.log2_chroma_width, sy = 1 << layout.log2_chroma_height;
            const Homography to_luma{{sx, 0, 0.5 * sx - 0.5, 0, sy, 0.5 * sy - 0.5, 0, 0, 1}};
            map_ = inverse(to_luma) * registered.from_target * to_luma;
        }
        for (double& m : map_.m) m /= registered.from_target.m[8];
        affine_ = map_.m[6] == 0 && map_.m[7] == 0;
        block(registered.sample->areas, c, in_component(area, layout, c));
    }

    /// Whether any of the area's pixels can be seen here.
    bool sees() const { return sees_; }

    /// In: x, y of a sample of the target's component.
    std::optional<float> at(int x, int y) const {
        if (still_) return is_free(x, y) ? std::optional(value(x, y)) : std::nullopt;
        const auto& m = map_.m;
        double px = m[0] * x + m[1] * y + m[2], py = m[3] * x + m[4] * y + m[5];
        if (!affine_) {
            const double w = m[6] * x + m[7] * y + m[8];
            px /= w, py /= w;
        }
        if (!(px >= reach_.x0 && py >= reach_.y0 && px < reach_.x1 - 1 && py < reach_.y1 - 1)) return std::nullopt;
        // Not negative: the reach lies in the picture.
        const int ix = static_cast<int>(px), iy = static_cast<int>(py);
        if (square_free_[static_cast<std::size_t>(iy - reach_.y0) * reach_.width() + (ix - reach_.x0)] == 0) return std::nullopt;
        const float fx = static_cast<float>(px - ix), fy = static_cast<float>(py - iy);
        return (1 - fy) * ((1 - fx) * value(ix, iy) + fx * value(ix + 1, iy)) +
               fy * ((1 - fx) * value(ix, iy + 1) + fx * value(ix + 1, iy + 1));
    }

private:
    /// Notes, for all samples that the area can reach, whether they lie in the picture and outside every halo: hair, an ear, the other
    /// cheek of a turned head are no scene.
    void block(const std::vector<FaceArea>& areas, int c, const Rect& area) {
        Rect there;
        for (int k = 0; k < 4; ++k) {
            const Point p = apply(map_, {static_cast<double>(k & 1 ? area.x1 : area.x0), static_cast<double>(k >> 1 ? area.y1 : area.y0)});
            there = unite(there, outer_rect({static_cast<float>(p.x) - 1, static_cast<float>(p.y) - 1, 2, 2}));
        }
        reach_ = intersect(grow(there, 2, 2), Rect{0, 0, bytes_.width, bytes_.height});
        if (reach_.empty()) {
            reach_ = {};
            return;
        }
        free_.assign(static_cast<std::size_t>(reach_.width()) * reach_.height(), 1);
        for (const FaceArea& face : areas) {
            const Rect hidden = intersect(in_component(unite(face.core, face.halo), image_.layout, c), reach_);
            for (int y = hidden.y0; y < hidden.y1; ++y) {
                const auto row = free_.begin() + static_cast<std::ptrdiff_t>(y - reach_.y0) * reach_.width();
                std::fill(row + (hidden.x0 - reach_.x0), row + std::max(hidden.x1, hidden.x0) - reach_.x0, 0);
            }
        }
        sees_ = std::find(free_.begin(), free_.end(), 1) != free_.end();
        // Interpolation asks for four neighbours at once.
        square_free_.assign(free_.size(), 0);
        const std::size_t width = static_cast<std::size_t>(reach_.width());
        for (std::size_t i = 0; i + width + 1 < free_.size(); ++i)
            square_free_[i] = free_[i] & free_[i + 1] & free_[i + width] & free_[i + width + 1];
    }

    bool is_free(int x, int y) const {
        return reach_.contains(x, y) && free_[static_cast<std::size_t>(y - reach_.y0) * reach_.width() + (x - reach_.x0)] != 0;
    }
    float value(int x, int y) const {
        return static_cast<float>(image_.layout.bytes_per_sample == 1 ? bytes_.get(x, y) : words_.get(x, y));
    }

    const ImageView& image_;
    Homography map_;  // in the component's own samples
    bool still_;
    bool affine_ = true;
    bool sees_ = false;
    ComponentView<std::uint8_t> bytes_;
    ComponentView<std::uint16_t> words_;
    Rect reach_;
    std::vector<std::uint8_t> free_;
    std::vector<std::uint8_t> square_free_;  ///< of a sample and its right, lower and lower right neighbours
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
void estimate_component(const std::vector<Fitting>& fitting, int c, const std::vector<std::uint8_t>& wanted, Plate& plate) {
    const PixelLayout& layout = plate.image.view().layout;
    const Rect where = in_component(plate.area, layout, c);
    std::vector<Probe> probes;
    std::vector<float> lights;
    for (const Fitting& f : fitting) {
        Probe probe(f.sample, c, plate.area);
        if (!probe.sees()) continue;
        probes.push_back(std::move(probe));
        lights.push_back(c == 0 ? f.light : 0);
    }
    std::vector<float> values(static_cast<std::size_t>(where.width()) * where.height(), 0.0F);
    const float near = kNearMedian * static_cast<float>(1 << (layout.depth() - 8));
    const int sx = layout.log2_width(c), sy = layout.log2_height(c);
    std::array<float, kMostValues> found{};
    std::size_t i = 0;
    for (int y = where.y0; y < where.y1; ++y) {
        for (int x = where.x0; x < where.x1; ++x, ++i) {
            const std::size_t luma_x = static_cast<std::size_t>(x - where.x0) << sx, luma_y = static_cast<std::size_t>(y - where.y0) << sy;
            if (wanted[luma_y * static_cast<std::size_t>(plate.area.width()) + luma_x] == 0) continue;
            std::size_t count = 0;
            for (std::size_t k = 0; k < probes.size() && count < kMostValues; ++k) {
                const std::optional<float> value = probes[k].at(x, y);
                if (value) found[count++] = *value + lights[k];
            }
            // One witness alone may be a passer-by.
            const std::optional<float> value = count > 1 ? robust_mean(std::span(found).first(count), near, 3 * near) : std::nullopt;
            if (value) values[i] = *value;
            note_known(plate, c, x - where.x0, y - where.y0, value.has_value());
        }
    }
    write_component(plate.image.view(), c, {0, 0, where.width(), where.height()}, values.data());
}

}  // namespace

Plate estimate_registered(const PlateSample& target, std::span<const RegisteredSample> samples, const Rect& area, int reach_px) {
    Plate plate = unknown_plate(target.picture->view().layout, area);
    const Ring ring(target, area);
    std::vector<Fitting> fitting;
    for (const RegisteredSample& sample : samples) {
        if (const std::optional<float> light = ring.fit(sample)) fitting.push_back({sample, *light});
    }
    if (fitting.empty()) return plate;
    const std::vector<std::uint8_t> wanted = near_faces(area, target.areas, reach_px);
    for (int c = 0; c < plate.image.view().layout.component_count; ++c) estimate_component(fitting, c, wanted, plate);
    drop_speckles(plate, wanted);
    fill_unknown(plate, wanted);
    return plate;
}

namespace {

class RegisteredPlate : public PlateSource {
public:
    RegisteredPlate(PlateSample target, std::vector<PlateSample> samples, std::vector<Homography> maps, int reach_px)
        : target_(std::move(target)), samples_(std::move(samples)), maps_(std::move(maps)), reach_px_(reach_px) {}

    Plate plate(std::int64_t, const Rect& area) const override {
        std::vector<RegisteredSample> registered;
        for (std::size_t i = 0; i < samples_.size(); ++i) registered.push_back({&samples_[i], maps_[i]});
        return estimate_registered(target_, registered, area, reach_px_);
    }

private:
    PlateSample target_;
    std::vector<PlateSample> samples_;
    std::vector<Homography> maps_;
    int reach_px_;
};

}  // namespace

std::unique_ptr<PlateSource> make_registered_plate(PlateSample target, std::vector<PlateSample> samples, std::vector<Homography> maps,
                                                   int reach_px) {
    return std::make_unique<RegisteredPlate>(std::move(target), std::move(samples), std::move(maps), reach_px);
}

}  // namespace invisiblur
