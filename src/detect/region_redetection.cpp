#include "detect/region_redetection.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/geometry.hpp"
#include "detect/face_tile.hpp"
#include "detect/rgb_mat.hpp"

namespace invisiblur {
namespace {

// A face of this size in a tile of this size: large enough for the network's best recall, with the head and shoulders around it
// that it knows faces by, and cheap (1/27 of a 640x384 look).
constexpr int kTilePx = 96;
constexpr float kFacePx = 34;
// An answer farther from the expected place than this part of the face's size is another face.
constexpr float kFarthest = 0.6F;
constexpr float kLargestRatio = 2;
// Surer than this, the other ways need not be tried.
constexpr float kSure = 0.5F;
// Where a glance that is tilted likewise sees less than this, a tilted look is not worth its time.
constexpr float kWorthALook = 0.25F;
// A face that is only seen when the picture is turned is believed a little less.
constexpr float kTiltedTrust = 0.9F;
// So is one for which a look was asked: among many things that glances take for faces some look like one a second time.
constexpr float kAskedTrust = 0.9F;

}  // namespace

RegionRedetection::RegionRedetection(const Picture& picture, std::span<const Box> boxes, int source_width, int source_height)
    : of_(&picture), pts_(picture.pts()), scale_(scale_for_tiles(boxes, kFacePx)) {
    picture_ = shrunk_for_tiles(picture, source_width, source_height, scale_);
}

bool RegionRedetection::serves(const Picture& picture, std::span<const Box> boxes) const {
    return &picture == of_ && picture.pts() == pts_ && scale_for_tiles(boxes, kFacePx) <= scale_;
}

std::optional<Face> RegionRedetection::at(const Box& box, int rotation_degrees, unsigned turn, Detector& detector) const {
    static constexpr std::array<std::array<Way, 2>, 4> kOtherWays{
        {{{{30, false}, {-30, false}}}, {{{60, false}, {-60, false}}}, {{{0, true}, {180, false}}}, {{{90, false}, {-90, false}}}}};
    std::optional<Face> best = look(box, {0, false}, rotation_degrees, false, detector);
    for (const Way& way : kOtherWays[turn % kOtherWays.size()]) {
        if (best && best->score >= kSure) break;
        if (detector.has_glance()) {
            const std::optional<Face> glance = look(box, way, rotation_degrees, true, detector);
            if (!glance || glance->score < kWorthALook) continue;
        }
        const std::optional<Face> face = look(box, way, rotation_degrees, false, detector);
        if (face && (!best || face->score > best->score)) best = face;
    }
    return best;
}

std::optional<Face> RegionRedetection::decide(const Box& box, int rotation_degrees, Detector& detector) const {
    std::optional<Face> face = look(box, {0, false}, rotation_degrees, false, detector);
    if (face) face->score *= kAskedTrust;
    return face;
}

std::optional<Face> RegionRedetection::look(const Box& box, const Way& way, int rotation_degrees, bool glance, Detector& detector) const {
    const float size = std::max(box.w, box.h) * scale_;
    if (size < 2) return std::nullopt;
    const double zoom = kFacePx / size, degrees = rotation_degrees + way.degrees;
    const cv::Matx33d there = tile_map((box.x + box.w / 2) * scale_, (box.y + box.h / 2) * scale_, zoom, degrees, way.mirrored, kTilePx);
    const cv::Mat tile = cut_tile(picture_, there, kTilePx);
    const std::vector<Face> faces = glance ? detector.glance(view_of(tile)) : detector.detect(view_of(tile));
    const cv::Matx33d back = there.inv();
    const auto c = static_cast<float>(std::abs(std::cos(degrees * CV_PI / 180))),
               s = static_cast<float>(std::abs(std::sin(degrees * CV_PI / 180)));
    std::optional<Face> best;
    for (const Face& face : faces) {
        const Box& b = face.box;
        const float dx = b.x + b.w / 2 - kTilePx / 2.0F, dy = b.y + b.h / 2 - kTilePx / 2.0F, ratio = std::max(b.w, b.h) / kFacePx;
        if (std::hypot(dx, dy) > kFarthest * kFacePx || ratio > kLargestRatio || ratio < 1 / kLargestRatio) continue;
        const float score = face.score * (way.degrees == 0 ? 1 : kTiltedTrust);
        if (best && best->score >= score) continue;
        const cv::Vec3d centre = back * cv::Vec3d(b.x + b.w / 2, b.y + b.h / 2, 1);
        // The upright extent of a tilted ellipse; a head is one.
        const float w = std::hypot(b.w * c, b.h * s) / (static_cast<float>(zoom) * scale_),
                    h = std::hypot(b.w * s, b.h * c) / (static_cast<float>(zoom) * scale_);
        best = Face{{static_cast<float>(centre[0]) / scale_ - w / 2, static_cast<float>(centre[1]) / scale_ - h / 2, w, h}, score, glance};
    }
    return best;
}

}  // namespace invisiblur
