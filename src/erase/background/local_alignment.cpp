#include "erase/background/local_alignment.hpp"

#include <algorithm>
#include <cmath>

namespace invisiblur {
namespace {

/// The ring is looked at this far around the area, on a grid that gives about so many spots.
constexpr int kRingPx = 24;
constexpr double kSpots = 1500;
constexpr int kLeastStep = 2;
constexpr std::size_t kFewestSpots = 40;
/// Every so manieth is enough to say how well a tile fits.
constexpr std::size_t kTileSpots = 3;
/// A shift of two numbers is well known from this many spots already.
constexpr std::size_t kShiftSpots = 500;
/// A reference fits when its error on the ring is below this part of the ring's own contrast, plus noise; in 8-bit steps.
constexpr double kFitContrast = 0.5;
constexpr double kFitNoise = 3;
/// Beyond this a difference is something else standing there, not a shift; in 8-bit steps.
constexpr float kOutlier = 24;
/// Steps of the refinement, each of at most one pixel: what parallax moves between frames a second apart.
constexpr int kRefinements = 4;

float median_of(std::vector<float>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

bool solve3(double (&a)[3][4]) {
    for (int i = 0; i < 3; ++i) {
        if (!(std::abs(a[i][i]) > 1e-6)) return false;
        for (int r = 0; r < 3; ++r) {
            if (r == i) continue;
            const double f = a[r][i] / a[i][i];
            for (int k = i; k < 4; ++k) a[r][k] -= f * a[i][k];
        }
    }
    for (int i = 0; i < 3; ++i) a[i][3] /= a[i][i];
    return true;
}

}  // namespace

LocalAlignment::LocalAlignment(const PlateSample& target, const Rect& area) : area_(area) {
    const ImageView& image = target.picture->view();
    around_ = intersect(grow(area, kRingPx, kRingPx), image.bounds());
    steps_ = 1 << (image.layout.depth() - 8);
    collect(target, std::max(kLeastStep, static_cast<int>(std::sqrt(around_.width() * static_cast<double>(around_.height()) / kSpots))));
    shift_spots_ = std::max<std::size_t>(1, spots_.size() / kShiftSpots);
    double sum = 0, squares = 0;
    for (const Spot& s : spots_) {
        sum += s.value, squares += static_cast<double>(s.value) * s.value;
        clear_count_ += s.clear;
    }
    const double n = static_cast<double>(std::max<std::size_t>(1, spots_.size()));
    contrast_ = std::sqrt(std::max(0.0, squares / n - sum / n * sum / n));
}

void LocalAlignment::collect(const PlateSample& target, int step) {
    const std::vector<float> luma = component_samples(target.picture->view(), 0, around_);
    const std::ptrdiff_t width = around_.width();
    for (int y = around_.y0 + 1; y + 1 < around_.y1; y += step) {
        for (int x = around_.x0 + 1; x + 1 < around_.x1; x += step) {
            bool clear = true, core = false;
            for (const FaceArea& f : target.areas) {
                clear &= !f.halo.contains(x, y);
                core |= grow(f.core, 1, 1).contains(x, y);  // the slope looks at the neighbours
            }
            if (core) continue;
            const float* at = &luma[static_cast<std::size_t>((y - around_.y0) * width + (x - around_.x0))];
            spots_.push_back({x, y, *at, (at[1] - at[-1]) / 2, (at[width] - at[-width]) / 2, clear});
        }
    }
}

/// In: every, so manieth spot is asked.
void LocalAlignment::residuals(const WarpedSampler& sampler, Shift shift, std::size_t every, std::vector<Residual>& out) const {
    out.clear();
    for (std::size_t i = 0; i < spots_.size(); i += every) {
        const Spot& s = spots_[i];
        const auto seen = sampler.at(s.x + shift.x, s.y + shift.y);
        // Where both lie in halos they may show the same person.
        if (seen && (seen->clear() || s.clear)) out.push_back({&s, s.value - seen->value});
    }
}

/// Mean of the differences that no common light explains, each counted up to the outlier's.
double LocalAlignment::mismatch(const WarpedSampler& sampler, Shift shift) const {
    const float most = kOutlier * static_cast<float>(steps_);
    std::vector<Residual> left;
    residuals(sampler, shift, shift_spots_, left);
    if (left.empty()) return most;
    std::vector<float> values;
    for (const Residual& r : left) values.push_back(r.value);
    const float light = median_of(values);
    double sum = 0;
    for (const float v : values) sum += std::min(most, std::abs(v - light));
    return sum / static_cast<double>(values.size());
}

/// Least squares for shift and light (Lucas and Kanade 1981), large differences weighing little.
LocalAlignment::Shift LocalAlignment::refine(const WarpedSampler& sampler) const {
    Shift shift;
    std::vector<Residual> left;
    std::vector<float> sizes;
    for (int round = 0; round < kRefinements; ++round) {
        residuals(sampler, shift, shift_spots_, left);
        if (left.size() < kFewestSpots) return shift;
        sizes.clear();
        for (const Residual& r : left) sizes.push_back(r.value);
        const float light = median_of(sizes);
        for (float& s : sizes) s = std::abs(s - light);
        const float scale = std::max(static_cast<float>(steps_), 1.5F * median_of(sizes));
        double a[3][4] = {};
        for (const Residual& r : left) {
            const double off = (r.value - light) / scale, weight = 1 / (1 + off * off);
            const double row[4] = {r.spot->dx, r.spot->dy, 1, r.value};
            for (int i = 0; i < 3; ++i) {
                for (int k = 0; k < 4; ++k) a[i][k] += weight * row[i] * row[k];
            }
        }
        if (!solve3(a)) return shift;
        const double dx = std::clamp(a[0][3], -1.0, 1.0), dy = std::clamp(a[1][3], -1.0, 1.0);
        shift.x += dx, shift.y += dy;
        if (std::hypot(dx, dy) < 0.03) break;
    }
    return shift;
}

/// Near spots count most; differences count up to the outlier's.
std::vector<float> LocalAlignment::tile_errors(const std::vector<Residual>& left, float light) const {
    const float most = kOutlier * static_cast<float>(steps_);
    const double width = static_cast<double>(area_.width()) / kTiles, height = static_cast<double>(area_.height()) / kTiles;
    const double softness = width * height;
    std::vector<float> errors;
    for (int k = 0; k < kTiles * kTiles; ++k) {
        const double cx = area_.x0 + (k % kTiles + 0.5) * width, cy = area_.y0 + (k / kTiles + 0.5) * height;
        double sum = 0, weights = 0;
        for (std::size_t i = 0; i < left.size(); i += kTileSpots) {
            const double dx = left[i].spot->x - cx, dy = left[i].spot->y - cy, near = softness / (dx * dx + dy * dy + softness);
            sum += near * near * std::min(most, std::abs(left[i].value - light)), weights += near * near;
        }
        errors.push_back(static_cast<float>(sum / weights));
    }
    return errors;
}

std::optional<LocalAlignment::Fit> LocalAlignment::fit(const RegisteredSample& sample) const {
    const bool still = sample.from_target.is_identity();
    const Rect reach = still ? around_ : grow(around_, kRefinements, kRefinements);
    const WarpedSampler sampler(sample, 0, reach);
    Shift shift;
    if (!still) {
        const Shift found = refine(sampler);
        if (mismatch(sampler, found) < mismatch(sampler, shift)) shift = found;
    }
    std::vector<Residual> left;
    residuals(sampler, shift, 1, left);
    const std::vector<Residual> all = left;
    if (clear_count_ >= kFewestSpots) std::erase_if(left, [](const Residual& r) { return !r.spot->clear; });
    if (left.size() < kFewestSpots) return std::nullopt;
    std::vector<float> differences;
    for (const Residual& r : left) differences.push_back(r.value);
    const float light = median_of(differences);
    double error = 0;
    for (const float d : differences) error += std::abs(d - light);
    error /= static_cast<double>(differences.size());
    if (error > kFitContrast * contrast_ + kFitNoise * steps_) return std::nullopt;
    const Homography moved{{1, 0, shift.x, 0, 1, shift.y, 0, 0, 1}};
    return Fit{still ? sample.from_target : sample.from_target * moved, light, tile_errors(all, light)};
}

}  // namespace invisiblur
