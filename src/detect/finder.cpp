#include "detect/finder.hpp"

#include <algorithm>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "detect/second_look.hpp"
#include "geometry.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur {
namespace {

bool lying(int degrees) {
    return degrees == 90 || degrees == 270;
}

/// The coded picture's size for a detector that sees it upright.
DetectionSize coded_size(const StreamShape& shape, const Options& options) {
    const bool turn = lying(shape.rotation_degrees);
    DetectionSize size = detection_size(turn ? shape.height : shape.width, turn ? shape.width : shape.height, options);
    if (turn) std::swap(size.width, size.height);
    return size;
}

cv::Mat upright(const cv::Mat& coded, int degrees) {
    if (degrees == 0) return coded;
    cv::Mat turned;
    cv::rotate(coded, turned, degrees == 90 ? cv::ROTATE_90_CLOCKWISE : degrees == 180 ? cv::ROTATE_180 : cv::ROTATE_90_COUNTERCLOCKWISE);
    return turned;
}

/// A box of the upright picture in the coded one, whose size is width x height.
Box coded_box(const Box& b, int degrees, float width, float height) {
    switch (degrees) {
        case 90:
            return {b.y, height - b.x - b.w, b.h, b.w};
        case 180:
            return {width - b.x - b.w, height - b.y - b.h, b.w, b.h};
        case 270:
            return {width - b.y - b.h, b.x, b.h, b.w};
        default:
            return b;
    }
}

}  // namespace

FaceFinder::FaceFinder(const Options& options, const StreamShape& shape) : FaceFinder(make_detector(options), options, shape) {}

FaceFinder::FaceFinder(std::unique_ptr<Detector> detector, const Options& options, const StreamShape& shape)
    : detector_(std::move(detector)),
      size_(coded_size(shape, options)),
      second_size_(second_size(size_, options)),
      source_width_(shape.width),
      source_height_(shape.height),
      rotation_degrees_(shape.rotation_degrees),
      every_(detect_every(size_, second_size_, shape.frame_rate, options)) {}

std::vector<Face> FaceFinder::find(const Picture& picture) {
    const DetectionSize size = finds_++ % 2 == 0 ? size_ : second_size_;
    RgbImage small = picture.scaled_rgb(size.width, size.height);
    const cv::Mat coded(small.height, small.width, CV_8UC3, small.pixels.data());
    const cv::Mat seen = upright(coded, rotation_degrees_);
    std::vector<Face> faces = detector_->detect({seen.data, static_cast<std::ptrdiff_t>(seen.step), seen.cols, seen.rows});
    const float sx = static_cast<float>(source_width_) / static_cast<float>(size.width);
    const float sy = static_cast<float>(source_height_) / static_cast<float>(size.height);
    for (Face& face : faces) {
        const Box b = coded_box(face.box, rotation_degrees_, static_cast<float>(size.width), static_cast<float>(size.height));
        face.box = {b.x * sx, b.y * sy, b.w * sx, b.h * sy};
    }
    return faces;
}

std::vector<Face> FaceFinder::look_again(const Picture& picture, std::span<const Box> predicted) {
    std::vector<Face> found;
    if (predicted.empty()) return found;
    // Where there are more places than looks, calls take turns.
    const std::size_t count = std::min(predicted.size(), kMostLooks), start = predicted.size() > kMostLooks ? looks_ * kMostLooks : 0;
    std::vector<Box> places;
    for (std::size_t i = 0; i < count; ++i) places.push_back(predicted[(start + i) % predicted.size()]);
    const SecondLook look(picture, places, source_width_, source_height_);
    for (const Box& box : places) {
        if (const auto face = look.at(box, rotation_degrees_, looks_, *detector_)) found.push_back(*face);
    }
    ++looks_;
    return found;
}

}  // namespace invisiblur
