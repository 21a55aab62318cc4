#include "erase/registered_plate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "erase/plate_trust.hpp"
#include "erase/ring.hpp"
#include "erase/robust_mean.hpp"

namespace invisiblur {
namespace {

/// Witnesses of one pixel: enough to outvote a passer-by, near enough in time to show the same scene.
constexpr std::size_t kMostValues = 5;
/// Where these disagree.
constexpr std::size_t kMostDisputed = 15;
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
        for (std::size_t tile = 0; tile < Ring::kTiles * Ring::kTiles; ++tile) {
            std::vector<std::size_t>& order = orders_.emplace_back();
            for (std::size_t k = 0; k < fitting.size(); ++k) order.push_back(k);
            // Less than a step is noise.
            const auto error = [&](std::size_t k) { return std::floor(fitting[k].tile_errors[tile] / step); };
            std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return error(a) < error(b); });
        }
    }

    /// In: x, y in luma pixels of the target.
    std::span<const std::size_t> at(int x, int y) const {
        const int column = std::clamp((x - area_.x0) * Ring::kTiles / area_.width(), 0, Ring::kTiles - 1);
        const int row = std::clamp((y - area_.y0) * Ring::kTiles / area_.height(), 0, Ring::kTiles - 1);
        return orders_[static_cast<std::size_t>(row * Ring::kTiles + column)];
    }

private:
    Rect area_;
    std::vector<std::vector<std::size_t>> orders_;
};

/// Counts how often the places behind the faces are seen, so that no work goes into frames that show nothing new.
class Coverage {
public:
    explicit Coverage(const PlateSample& target) {
        for (const FaceArea& face : target.areas) {
            for (int k = 0; k < kGrid * kGrid; ++k) {
                const double fx = (k % kGrid + 0.5) / kGrid, fy = (k / kGrid + 0.5) / kGrid;
                spots_.push_back({{face.halo.x0 + fx * face.halo.width(), face.halo.y0 + fy * face.halo.height()}, 0});
            }
        }
    }

    bool needs(const RegisteredSample& sample) const {
        return std::any_of(spots_.begin(), spots_.end(), [&](const Spot& s) { return s.seen < kEnough && sees(sample, s.at); });
    }
    void add(const RegisteredSample& sample) {
        for (Spot& s : spots_) s.seen += sees(sample, s.at);
    }

private:
    static constexpr int kGrid = 10;
    /// Some of those that agree, and some more where they do not.
    static constexpr int kEnough = 8;
    struct Spot {
        Point at;
        int seen;
    };
    static bool sees(const RegisteredSample& sample, const Point& at) {
        const Point p = apply(sample.from_target, at);
        const int x = static_cast<int>(std::lround(p.x)), y = static_cast<int>(std::lround(p.y));
        return sample.sample->picture->view().bounds().contains(x, y) && !hides_scene(*sample.sample, x, y);
    }

    std::vector<Spot> spots_;
};

/// What the nearest witnesses in time say of a pixel.
class Consensus {
public:
    Consensus(const std::vector<Probe>& probes, const std::vector<float>& lights, float near)
        : probes_(probes),
          lights_(lights),
          near_(near),
          still_(std::all_of(probes.begin(), probes.end(), [](const Probe& p) { return p.still(); })) {}

    /// In: order, the probes, best first; shown, what the target itself shows there, if it lies in no core.
    std::optional<float> at(int x, int y, std::span<const std::size_t> order, std::optional<float> shown) {
        std::size_t next = 0;
        order_ = order;
        gather(x, y, kMostValues, next);
        // What others confirm is the scene, whatever passed by in the rest.
        if (const auto confirmed = shown ? confirm(*shown) : std::nullopt) return confirmed;
        auto value = agreed();
        // Where the nearest disagree a thing passed by, and farther ones tell which of them saw it.
        if (!value && next < order_.size()) {
            gather(x, y, kMostDisputed, next);
            value = agreed();
        }
        return value && still_ ? steadied(*value, x, y, next) : value;
    }

private:
    /// Takes witnesses from `next` on until so many clear ones are there.
    void gather(int x, int y, std::size_t most_clear, std::size_t& next) {
        if (next == 0) clear_count_ = count_ = 0;
        for (; next < order_.size() && clear_count_ < most_clear; ++next) {
            const std::size_t k = order_[next];
            const auto seen = probes_[k].at(x, y);
            if (!seen || (!seen->clear && count_ - clear_count_ == kMostValues)) continue;
            values_[count_] = seen->value + lights_[k];
            clear_[count_] = seen->clear;
            if (seen->clear) ++clear_count_;
            ++count_;
        }
    }

    std::optional<float> confirm(float shown) const {
        float sum = 0, count = 0;
        for (std::size_t i = 0; i < count_; ++i) {
            if (clear_[i] && std::abs(values_[i] - shown) <= near_) sum += values_[i], ++count;
        }
        return count > 1 ? std::optional(sum / count) : std::nullopt;
    }

    std::optional<float> agreed() {
        std::size_t alone = 0;
        for (std::size_t i = 0; i < count_; ++i) {
            if (clear_[i]) found_[alone++] = values_[i];
        }
        // One witness alone may be a passer-by.
        if (alone < 2) return std::nullopt;
        const auto behind = robust_mean(std::span(found_).first(alone), near_, 3 * near_);
        if (!behind) return std::nullopt;
        // A halo is believed where it shows what is seen outside all halos too.
        std::size_t count = 0;
        for (std::size_t i = 0; i < count_ && count < kMostValues; ++i) {
            if (std::abs(values_[i] - *behind) <= 3 * near_) found_[count++] = values_[i];
        }
        return robust_mean(std::span(found_).first(count), near_, 3 * near_);
    }

    /// The mean with farther witnesses that agree: less noise. Only where the camera stands still, or it would cost sharpness.
    float steadied(float value, int x, int y, std::size_t first_far) const {
        float sum = value * kMostValues, count = kMostValues;
        for (const std::size_t k : order_.subspan(first_far)) {
            const auto seen = probes_[k].at(x, y);
            if (seen && seen->clear && std::abs(seen->value + lights_[k] - value) <= near_) sum += seen->value + lights_[k], ++count;
        }
        return sum / count;
    }

    const std::vector<Probe>& probes_;
    const std::vector<float>& lights_;
    float near_;
    bool still_;
    std::span<const std::size_t> order_;
    std::size_t clear_count_ = 0, count_ = 0;
    std::array<float, kMostDisputed + kMostValues> values_{};
    std::array<bool, kMostDisputed + kMostValues> clear_{};
    std::array<float, kMostDisputed + kMostValues> found_{};
};

/// One component of the plate.
void estimate_component(const PlateSample& target, const std::vector<Fitting>& fitting, int c, const std::vector<std::uint8_t>& wanted,
                        Plate& plate) {
    const PixelLayout& layout = plate.image.view().layout;
    const Rect where = in_component(plate.area, layout, c);
    std::vector<Probe> probes;
    std::vector<float> lights;
    for (const Fitting& f : fitting) {
        probes.emplace_back(f.sample, c, plate.area);
        lights.push_back(c == 0 ? f.light : 0);
    }
    std::vector<float> values(static_cast<std::size_t>(where.width()) * where.height(), 0.0F), shown(values.size());
    read_component(target.picture->view(), c, where, shown.data());
    std::vector<Rect> cores;
    for (const FaceArea& face : target.areas) cores.push_back(in_component(face.core, layout, c));
    const float step = static_cast<float>(1 << (layout.depth() - 8));
    const int sx = layout.log2_width(c), sy = layout.log2_height(c);
    const TileOrder order(fitting, plate.area, step);
    Consensus consensus(probes, lights, kNearMedian * step);
    std::size_t i = 0;
    for (int y = where.y0; y < where.y1; ++y) {
        for (int x = where.x0; x < where.x1; ++x, ++i) {
            const int luma_x = (x - where.x0) << sx, luma_y = (y - where.y0) << sy;
            if (wanted[static_cast<std::size_t>(luma_y) * static_cast<std::size_t>(plate.area.width()) + static_cast<std::size_t>(luma_x)] == 0) continue;
            const bool core = std::any_of(cores.begin(), cores.end(), [&](const Rect& r) { return r.contains(x, y); });
            const std::optional<float> value = consensus.at(x, y, order.at(plate.area.x0 + luma_x, plate.area.y0 + luma_y),
                                                            core ? std::nullopt : std::optional(shown[i]));
            if (value) values[i] = *value;
            note_known(plate, c, x - where.x0, y - where.y0, value.has_value());
        }
    }
    write_component(plate.image.view(), c, {0, 0, where.width(), where.height()}, values.data());
}

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

}  // namespace

Plate estimate_registered(const PlateSample& target, std::span<const RegisteredSample> samples, const Rect& area, int reach_px) {
    Plate plate = unknown_plate(target.picture->view().layout, area);
    const Ring ring(target, area);
    std::vector<Fitting> fitting;
    Coverage coverage(target);
    for (const RegisteredSample& sample : samples) {
        if (!coverage.needs(sample)) continue;
        const auto fit = ring.fit(sample);
        if (!fit) continue;
        coverage.add(sample);
        fitting.push_back({{sample.sample, fit->from_target}, fit->light, fit->tile_errors});
    }
    if (fitting.empty()) return plate;
    const std::vector<std::uint8_t> wanted = near_faces(area, target.areas, reach_px);
    for (int c = 0; c < plate.image.view().layout.component_count; ++c) estimate_component(target, fitting, c, wanted, plate);
    drop_speckles(plate, wanted);
    try_plate(target.picture->view(), plate, target.areas);
    if (plate.trust->nothing()) return unknown_plate(plate.image.view().layout, area);
    fill_unknown(plate, wanted);
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
        std::vector<float> shown(static_cast<std::size_t>(all.width()) * all.height()), behind(shown.size());
        read_component(picture, c, all, shown.data());
        read_component(plate.image.view(), c, all, behind.data());
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
