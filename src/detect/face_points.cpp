#include "detect/face_points.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <opencv2/imgproc.hpp>

#include "detect/model_file.hpp"
#include "detect/network_input.hpp"

namespace invisiblur {
namespace {

// A face of this size in a tile of this size: the points are good to a pixel or two of it.
constexpr int kTilePx = 192;
constexpr float kFacePx = 72;
// Tiles are made from a picture in which the smallest face is somewhat larger.
constexpr float kReserve = 1.25F;
constexpr float kLeastScore = 0.3F;
// An answer farther from the box's centre than this part of its size is another face.
constexpr float kFarthest = 0.5F;
constexpr float kLargestRatio = 1.8F;
constexpr int kStride = 4;
constexpr std::size_t kLandmarks = 3;  ///< of the network's outputs

cv::Matx33d translate(double x, double y) {
    return {1, 0, x, 0, 1, y, 0, 0, 1};
}

/// From picture to tile: the box's centre goes to the tile's, turned clockwise.
cv::Matx33d tile_of(double cx, double cy, double scale, int degrees) {
    const double angle = degrees * CV_PI / 180, c = std::cos(angle) * scale, s = std::sin(angle) * scale;
    return translate(kTilePx / 2.0, kTilePx / 2.0) * cv::Matx33d(c, -s, 0, s, c, 0, 0, 0, 1) * translate(-cx, -cy);
}

/// The surest face in the tile's middle, its points in the tile's pixels.
std::optional<SeenPoints> best_face(const std::vector<cv::Mat>& maps) {
    const cv::Mat &heat = maps[0], &scale = maps[1], &offset = maps[2], &marks = maps[kLandmarks];
    std::optional<SeenPoints> best;
    for (int y = 0; y < heat.size[2]; ++y) {
        for (int x = 0; x < heat.size[3]; ++x) {
            const float score = heat.ptr<float>(0, 0, y)[x];
            if (!(score > kLeastScore) || (best && best->score >= score)) continue;
            const float h = std::exp(std::min(scale.ptr<float>(0, 0, y)[x], 8.0F)) * kStride, w = std::exp(std::min(scale.ptr<float>(0, 1, y)[x], 8.0F)) * kStride;
            const float cy = (static_cast<float>(y) + offset.ptr<float>(0, 0, y)[x] + 0.5F) * kStride, cx = (static_cast<float>(x) + offset.ptr<float>(0, 1, y)[x] + 0.5F) * kStride;
            const float ratio = std::max(w, h) / kFacePx;
            if (std::hypot(cx - kTilePx / 2.0F, cy - kTilePx / 2.0F) > kFarthest * kFacePx || ratio > kLargestRatio || ratio < 1 / kLargestRatio) continue;
            SeenPoints seen{{}, std::min(score, 1.0F)};
            for (std::size_t i = 0; i < seen.points.size(); ++i) {
                const int row = 2 * static_cast<int>(i);
                seen.points[i] = {cx - w / 2 + marks.ptr<float>(0, row + 1, y)[x] * w, cy - h / 2 + marks.ptr<float>(0, row, y)[x] * h};
            }
            best = seen;
        }
    }
    return best;
}

Options with_centerface(Options options) {
    if (options.detector != "centerface") options.model.clear();  // it is another network's
    return options;
}

}  // namespace

FacePointFinder::FacePointFinder(const Options& options) : network_(make_network(options, checked_model_file(with_centerface(options)))) {}

std::vector<std::optional<SeenPoints>> FacePointFinder::find(const Picture& picture, std::span<const Box> boxes, int rotation_degrees) const {
    std::vector<std::optional<SeenPoints>> all(boxes.size());
    if (boxes.empty()) return all;
    float smallest = 1e6F;
    for (const Box& box : boxes) smallest = std::min(smallest, std::max(box.w, box.h));
    const float part = std::clamp(kFacePx * kReserve / std::max(1.0F, smallest), 1.0F / 16, 1.0F);
    const ImageView& view = picture.view();
    const RgbImage rgb = picture.scaled_rgb(std::max(1, static_cast<int>(std::lround(static_cast<float>(view.width) * part))),
                                            std::max(1, static_cast<int>(std::lround(static_cast<float>(view.height) * part))));
    const cv::Mat whole(rgb.height, rgb.width, CV_8UC3, const_cast<std::uint8_t*>(rgb.pixels.data()));
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const Box& box = boxes[i];
        const float size = std::max(box.w, box.h) * part;
        if (size < 2) continue;
        const cv::Matx33d there = tile_of((box.x + box.w / 2) * part, (box.y + box.h / 2) * part, kFacePx / size, rotation_degrees);
        cv::Mat tile;
        cv::warpAffine(whole, tile, cv::Mat(there).rowRange(0, 2), cv::Size(kTilePx, kTilePx), cv::INTER_LINEAR, cv::BORDER_CONSTANT);
        const std::vector<cv::Mat> maps = network_->run(network_input({tile.data, static_cast<std::ptrdiff_t>(tile.step), tile.cols, tile.rows}));
        if (maps.size() <= kLandmarks) throw std::runtime_error("the model gives no points of faces");
        all[i] = best_face(maps);
        if (!all[i]) continue;
        const cv::Matx33d back = there.inv();
        for (FacePoint& p : all[i]->points) {
            const cv::Vec3d source = back * cv::Vec3d(p.x, p.y, 1);
            p = {static_cast<float>(source[0]) / part, static_cast<float>(source[1]) / part};
        }
    }
    return all;
}

}  // namespace invisiblur
