#include "motion/flow.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "base/geometry.hpp"
#include "motion/forward_backward_flow.hpp"

namespace invisiblur {
namespace {

// Faces are shrunk to this before they are followed: flow on larger ones costs more and gains nothing.
constexpr float kLargestFacePx = 56;
constexpr int kGridPoints = 6;
// Content may move by this part of the face's size beyond what is expected: a fast head turn at 25 frames a second.
constexpr float kReach = 0.6F;
constexpr float kLeastReachPx = 10;
// A point counts when it comes back to within this part of the face's size.
constexpr float kReturnError = 0.06F;
constexpr float kLeastReturnErrorPx = 0.7F;
constexpr float kFewestGoodPart = 0.25F;
// A face's size changes slower than this from one frame to the next.
constexpr float kFastestGrowth = 1.06F;
constexpr int kPatchPx = 24;
// A template found elsewhere says less than points that were followed.
constexpr float kTemplateTrust = 0.8F;

cv::Mat mat(const GrayImage& image) {
    return {image.height, image.width, CV_8UC1, const_cast<std::uint8_t*>(image.pixels.data())};
}

Box visible(const Box& box, const GrayImage& image) {
    return intersect(box, {0, 0, static_cast<float>(image.width), static_cast<float>(image.height)});
}

/// A face's surroundings in both pictures, cut out and shrunk; coordinates there are (picture - origin) * scale.
struct Scene {
    cv::Mat from, to;
    cv::Point2f origin;
    float scale = 1;
    float size = 0;  ///< of the face, in scaled pixels

    cv::Point2f inside(float x, float y) const { return {(x - origin.x) * scale, (y - origin.y) * scale}; }
};

Scene cut_out(const GrayImage& from, const GrayImage& to, const Box& box, float dx, float dy) {
    const float size = std::max(box.w, box.h);
    const float rx = std::max(kLeastReachPx, size * kReach) + std::abs(dx), ry = std::max(kLeastReachPx, size * kReach) + std::abs(dy);
    const Rect wanted = outer_rect({box.x - rx, box.y - ry, box.w + 2 * rx, box.h + 2 * ry});
    const Rect area = intersect(wanted, Rect{0, 0, from.width, from.height});
    Scene scene;
    if (area.width() < 8 || area.height() < 8) return scene;
    const cv::Rect cut(area.x0, area.y0, area.width(), area.height());
    scene.origin = {static_cast<float>(area.x0), static_cast<float>(area.y0)};
    scene.scale = std::min(1.0F, kLargestFacePx / std::max(size, 1.0F));
    scene.size = size * scene.scale;
    if (scene.scale == 1) {
        scene.from = mat(from)(cut);
        scene.to = mat(to)(cut);
        return scene;
    }
    cv::resize(mat(from)(cut), scene.from, {}, scene.scale, scene.scale, cv::INTER_AREA);
    cv::resize(mat(to)(cut), scene.to, {}, scene.scale, scene.scale, cv::INTER_AREA);
    return scene;
}

float median(std::vector<float>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

struct Points {
    std::vector<cv::Point2f> from, to;
    std::size_t tried = 0;
};

/// Points of a grid in the face's middle (its border shows background), followed there and back.
Points follow_points(const Scene& scene, const Box& seen, float dx, float dy) {
    std::vector<cv::Point2f> start;
    for (int j = 0; j < kGridPoints; ++j) {
        for (int i = 0; i < kGridPoints; ++i) {
            const float u = 0.1F + 0.8F * (static_cast<float>(i) + 0.5F) / kGridPoints,
                        v = 0.1F + 0.8F * (static_cast<float>(j) + 0.5F) / kGridPoints;
            start.push_back(scene.inside(seen.x + u * seen.w, seen.y + v * seen.h));
        }
    }
    std::vector<cv::Point2f> end = start;
    for (cv::Point2f& p : end) p += cv::Point2f(dx, dy) * scene.scale;
    const cv::TermCriteria enough(cv::TermCriteria::COUNT | cv::TermCriteria::EPS, 15, 0.03);
    const LucasKanade how{std::clamp(static_cast<int>(scene.size / 3) | 1, 7, 15), 2, enough, 1e-3};
    const std::vector<float> misses = forward_backward(scene.from, scene.to, start, end, how);
    Points points;
    points.tried = start.size();
    const float limit = std::max(kLeastReturnErrorPx, kReturnError * scene.size);
    for (std::size_t i = 0; i < start.size(); ++i) {
        if (misses[i] < 0 || misses[i] > limit) continue;
        points.from.push_back(start[i]);
        points.to.push_back(end[i]);
    }
    return points;
}

float median_growth(const Points& points) {
    std::vector<float> ratios;
    for (std::size_t i = 0; i < points.from.size(); ++i) {
        for (std::size_t j = i + 1; j < points.from.size(); ++j) {
            const cv::Point2f a = points.from[i] - points.from[j], b = points.to[i] - points.to[j];
            const float before = std::hypot(a.x, a.y);
            if (before > 4) ratios.push_back(std::hypot(b.x, b.y) / before);
        }
    }
    return ratios.size() < 8 ? 1.0F : std::clamp(median(ratios), 1 / kFastestGrowth, kFastestGrowth);
}

Box moved(const Box& box, float dx, float dy, float growth) {
    return {box.x + dx - box.w * (growth - 1) / 2, box.y + dy - box.h * (growth - 1) / 2, box.w * growth, box.h * growth};
}

std::optional<CarriedBox> by_points(const Scene& scene, const GrayImage& from, const GrayImage& to, const Box& box, const Box& seen,
                                    float dx, float dy) {
    const Points points = follow_points(scene, seen, dx, dy);
    const float part = static_cast<float>(points.from.size()) / static_cast<float>(points.tried);
    if (part < kFewestGoodPart) return std::nullopt;
    std::vector<float> xs, ys;
    for (std::size_t i = 0; i < points.from.size(); ++i) {
        xs.push_back(points.to[i].x - points.from[i].x);
        ys.push_back(points.to[i].y - points.from[i].y);
    }
    const Box there = moved(box, median(xs) / scene.scale, median(ys) / scene.scale, median_growth(points));
    const float alike = std::clamp(likeness(from, box, to, there), 0.0F, 1.0F);
    return CarriedBox{there, alike * std::min(1.0F, 0.5F + part)};
}

CarriedBox by_template(const Scene& scene, const GrayImage& from, const GrayImage& to, const Box& box, const Box& seen) {
    const cv::Point2f corner = scene.inside(seen.x, seen.y);
    const cv::Rect patch = cv::Rect(static_cast<int>(corner.x), static_cast<int>(corner.y), static_cast<int>(seen.w * scene.scale),
                                    static_cast<int>(seen.h * scene.scale)) &
                           cv::Rect(0, 0, scene.from.cols, scene.from.rows);
    if (patch.width < 5 || patch.height < 5) return {box, 0};
    cv::Mat answer;
    cv::matchTemplate(scene.to, scene.from(patch), answer, cv::TM_CCOEFF_NORMED);
    double best = 0;
    cv::Point at;
    cv::minMaxLoc(answer, nullptr, &best, nullptr, &at);
    const float dx = static_cast<float>(at.x - patch.x) / scene.scale, dy = static_cast<float>(at.y - patch.y) / scene.scale;
    if (!std::isfinite(best) || best <= 0) return {box, 0};
    // In a flat picture (a flash, black) the search "finds" the template anywhere; such a place is not like the face.
    const Box there = moved(box, dx, dy, 1);
    const float alike = std::clamp(likeness(from, box, to, there), 0.0F, static_cast<float>(best));
    return {there, kTemplateTrust * alike};
}

}  // namespace

CarriedBox carry_box(const GrayImage& from, const GrayImage& to, const Box& box, float dx, float dy) {
    const CarriedBox lost{moved(box, dx, dy, 1), 0};
    const Box seen = visible(box, from);
    if (seen.w < 3 || seen.h < 3 || area(seen) < 0.2F * area(box)) return lost;
    const Scene scene = cut_out(from, to, box, dx, dy);
    if (scene.from.empty()) return lost;
    if (const auto followed = by_points(scene, from, to, box, seen, dx, dy)) return *followed;
    const CarriedBox searched = by_template(scene, from, to, box, seen);
    return searched.confidence > 0 ? searched : lost;
}

float likeness(const GrayImage& a, const Box& box_a, const GrayImage& b, const Box& box_b) {
    const auto patch = [](const GrayImage& image, const Box& box) {
        const double sx = box.w / kPatchPx, sy = box.h / kPatchPx;
        const cv::Matx23d map(sx, 0, box.x + sx / 2 - 0.5, 0, sy, box.y + sy / 2 - 0.5);
        cv::Mat out, wide;
        cv::warpAffine(mat(image), out, map, {kPatchPx, kPatchPx}, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
        out.convertTo(wide, CV_32F);
        return wide;
    };
    cv::Mat pa = patch(a, box_a), pb = patch(b, box_b);
    pa -= cv::mean(pa)[0];
    pb -= cv::mean(pb)[0];
    const double na = cv::norm(pa), nb = cv::norm(pb);
    // Flat pictures (dark, fog, fade) are alike; their noise says nothing. A step and a half of deviation is a camera's noise.
    constexpr double kFlat = 1.5 * kPatchPx;
    if (na < kFlat && nb < kFlat) return 0.5F;
    return na < 1 || nb < 1 ? 0.0F : static_cast<float>(pa.dot(pb) / (na * nb));
}

}  // namespace invisiblur
