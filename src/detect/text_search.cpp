#include "detect/text_search.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "base/fault_point.hpp"
#include "base/geometry.hpp"
#include "detect/rgb_mat.hpp"
#include "detect/text_detector.hpp"
#include "detect/upright.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur {
namespace {

// Text so many pixels high is still found surely; below, only with luck.
constexpr double kNetworkTextPx = 6;
// A look at more pixels across takes half a gigabyte: larger pictures are looked at in parts, which overlap by more than a small line is high, and, for what
// is higher, once as a whole that is so large.
constexpr int kMostPart_px = 1536;
constexpr int kOverlap_px = 96;

/// The parts of a length: where each begins, and how long they all are.
struct Parts {
    std::vector<int> starts{0};
    int size;

    explicit Parts(int length) : size(length) {
        if (length <= kMostPart_px) return;
        const int step = kMostPart_px - kOverlap_px, count = (length - kOverlap_px + step - 1) / step;
        size = (length + (count - 1) * kOverlap_px + count - 1) / count;
        for (int i = 1; i < count; ++i) starts.push_back((length - size) * i / (count - 1));
    }
};

}  // namespace

TextSearch::TextSearch(std::unique_ptr<Detector> detector, const Options& options, const StreamShape& shape)
    : detector_(std::move(detector)), source_width_(shape.width), source_height_(shape.height), rotation_degrees_(shape.rotation_degrees) {
    const double scale = std::min(1.0, kNetworkTextPx / std::max(1, options.min_text_px));
    width_ = std::max(1, static_cast<int>(std::lround(source_width_ * scale)));
    height_ = std::max(1, static_cast<int>(std::lround(source_height_ * scale)));
}

std::vector<Face> TextSearch::find(const Picture& picture) {
    if (fault_at("text", 0)) throw std::runtime_error("the text detector failed: a test said so");
    RgbImage scaled = picture.scaled_rgb(width_, height_);
    const cv::Mat seen = upright(cv::Mat(scaled.height, scaled.width, CV_8UC3, scaled.pixels.data()), rotation_degrees_);
    const auto sx = static_cast<float>(source_width_) / static_cast<float>(width_), sy = static_cast<float>(source_height_) / static_cast<float>(height_);
    std::vector<Face> lines = lines_in(seen);
    for (Face& line : lines) {
        const Box b = coded_box(line.box, rotation_degrees_, static_cast<float>(width_), static_cast<float>(height_));
        line.box = {b.x * sx, b.y * sy, b.w * sx, b.h * sy};
    }
    return text_blocks(std::move(lines));
}

std::vector<Face> TextSearch::lines_in(const cv::Mat& seen) {
    const Parts across(seen.cols), down(seen.rows);
    std::vector<Face> lines;
    for (const int y : down.starts) {
        for (const int x : across.starts) {
            for (const Face& line : detector_->detect(view_of(seen(cv::Rect(x, y, across.size, down.size)))))
                lines.push_back({{line.box.x + static_cast<float>(x), line.box.y + static_cast<float>(y), line.box.w, line.box.h}, line.score});
        }
    }
    const double fitting = static_cast<double>(kMostPart_px) / std::max(seen.cols, seen.rows);
    if (fitting >= 1) return lines;
    cv::Mat whole;
    cv::resize(seen, whole, {std::max(1, cvRound(seen.cols * fitting)), std::max(1, cvRound(seen.rows * fitting))}, 0, 0, cv::INTER_AREA);
    const auto larger = static_cast<float>(1 / fitting);
    for (const Face& line : detector_->detect(view_of(whole))) {
        const Box box = scaled(line.box, larger);
        if (std::min(box.w, box.h) > kOverlap_px) lines.push_back({box, line.score});  // what is less high lies whole in some part
    }
    return lines;
}

}  // namespace invisiblur
