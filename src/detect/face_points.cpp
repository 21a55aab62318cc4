#include "detect/face_points.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "detect/centerface.hpp"
#include "detect/face_tile.hpp"
#include "detect/model_file.hpp"
#include "detect/network_input.hpp"

namespace invisiblur {
namespace {

// A face of this size in a tile of this size: the points are good to a pixel or two of it.
constexpr int kTilePx = 192;
constexpr float kFacePx = 72;
constexpr float kLeastScore = 0.3F;
// An answer farther from the box's centre than this part of its size is another face.
constexpr float kFarthest = 0.5F;
constexpr float kLargestRatio = 1.8F;

/// The surest face in the tile's middle, its points in the tile's pixels.
std::optional<SeenPoints> best_face(const std::vector<cv::Mat>& maps) {
    const cv::Mat &heat = maps[kHeatMap], &marks = maps[kLandmarkMap];
    std::optional<SeenPoints> best;
    for (int y = 0; y < heat.size[2]; ++y) {
        for (int x = 0; x < heat.size[3]; ++x) {
            const float score = heat.ptr<float>(0, 0, y)[x];
            if (!(score > kLeastScore) || (best && best->score >= score)) continue;
            const CenterfaceBox face(maps, x, y);
            const float w = face.width, h = face.height, ratio = std::max(w, h) / kFacePx;
            if (std::hypot(face.centre_x - kTilePx / 2.0F, face.centre_y - kTilePx / 2.0F) > kFarthest * kFacePx || ratio > kLargestRatio || ratio < 1 / kLargestRatio) continue;
            SeenPoints seen{{}, std::min(score, 1.0F)};
            for (std::size_t i = 0; i < seen.points.size(); ++i) {
                const int row = 2 * static_cast<int>(i);
                seen.points[i] = {face.centre_x - w / 2 + marks.ptr<float>(0, row + 1, y)[x] * w, face.centre_y - h / 2 + marks.ptr<float>(0, row, y)[x] * h};
            }
            best = seen;
        }
    }
    return best;
}

}  // namespace

FacePointFinder::FacePointFinder(const Options& options) : network_(make_network(options, checked_model_file(options))) {}

std::vector<std::optional<SeenPoints>> FacePointFinder::find(const Picture& picture, std::span<const Box> boxes, int rotation_degrees) const {
    std::vector<std::optional<SeenPoints>> all(boxes.size());
    if (boxes.empty()) return all;
    const float part = scale_for_tiles(boxes, kFacePx);
    const RgbImage whole = shrunk_for_tiles(picture, picture.view().width, picture.view().height, part);
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const Box& box = boxes[i];
        const float size = std::max(box.w, box.h) * part;
        if (size < 2) continue;
        const cv::Matx33d there = tile_map((box.x + box.w / 2) * part, (box.y + box.h / 2) * part, kFacePx / size, rotation_degrees, false, kTilePx);
        const cv::Mat tile = cut_tile(whole, there, kTilePx);
        const std::vector<cv::Mat> maps = network_->run(network_input({tile.data, static_cast<std::ptrdiff_t>(tile.step), tile.cols, tile.rows}));
        if (maps.size() <= kLandmarkMap) throw std::runtime_error("the model gives no points of faces");
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
