#include "detect/multi_scale_detector.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <opencv2/core.hpp>

#include "base/fault_point.hpp"
#include "base/geometry.hpp"
#include "detect/changed_region.hpp"
#include "detect/region_of_interest.hpp"
#include "detect/rgb_mat.hpp"
#include "detect/suppression.hpp"
#include "detect/upright.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur {
namespace {

/// The coded picture's size for a detector that sees it upright.
DetectionSize coded_size(const StreamShape& shape, const Options& options) {
    const bool turn = lying(shape.rotation_degrees);
    DetectionSize size = detection_size(turn ? shape.height : shape.width, turn ? shape.width : shape.height, options);
    if (turn) std::swap(size.width, size.height);
    return size;
}

/// Whether a face reaches over the border of a part where the picture goes on: another tile holds it whole, or it is large enough to be
/// seen in the whole picture.
bool cut_by_tile(const Box& box, const Rect& part, DetectionSize picture) {
    constexpr float kNear = 2;
    return (part.x0 > 0 && box.x < kNear) || (part.y0 > 0 && box.y < kNear) ||
           (part.x1 < picture.width && box.x + box.w > static_cast<float>(part.width()) - kNear) ||
           (part.y1 < picture.height && box.y + box.h > static_cast<float>(part.height()) - kNear);
}

/// Of the looks at the whole picture, at one size, every so manieth is one in any case: at 30 frames a second every two seconds.
constexpr std::int64_t kWholeAgain = 8;
/// Likewise where most looks are glances, of the others.
constexpr std::int64_t kWholeDecisionAgain = 2;

/// A box of the source in a look's pixels.
Box in_look(const Box& box, DetectionSize size, int width, int height) {
    const float sx = static_cast<float>(size.width) / static_cast<float>(width), sy = static_cast<float>(size.height) / static_cast<float>(height);
    return {box.x * sx, box.y * sy, box.w * sx, box.h * sy};
}

/// A rectangle of one picture in another size of it, rounded outward.
Rect resized(const Rect& r, int width, int height, int to_width, int to_height) {
    const auto x = [&](int v) { return static_cast<float>(v) * static_cast<float>(to_width) / static_cast<float>(width); };
    const auto y = [&](int v) { return static_cast<float>(v) * static_cast<float>(to_height) / static_cast<float>(height); };
    return outer_rect({x(r.x0), y(r.y0), x(r.x1) - x(r.x0), y(r.y1) - y(r.y0)});
}

/// The later picture within a rectangle, the earlier one around it.
std::shared_ptr<const GrayImage> renewed(const GrayImage& before, const GrayImage& now, const Rect& where) {
    auto both = std::make_shared<GrayImage>(before);
    const Rect r = intersect(where, Rect{0, 0, now.width, now.height});
    for (int y = r.y0; y < r.y1; ++y) {
        const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(y) * now.width + r.x0;
        std::copy_n(now.pixels.begin() + first, r.width(), both->pixels.begin() + first);
    }
    return both;
}

/// So many faces, as sure as this, that are no larger than this in a look at the whole picture are a crowd: others in it are smaller still, or half hidden, and seen only
/// from nearer. Where few are small the weak answers of a nearer look take more from the masks of who walks behind others than they give. (Pixels of the look.)
constexpr std::ptrdiff_t kCrowd = 8;
constexpr float kCrowdScore = 0.5F;
constexpr float kCrowdFacePx = 24;

/// Of faces that a glance misses so many are looked at closer in one call.
constexpr std::size_t kMostCloserLooks = 4;

/// Frozen pictures, slides and repeated frames; a face that appears or moves changes far more, however small it is.
bool looks_the_same(const GrayImage& a, const GrayImage& b) {
    constexpr int kRounding = 1;
    return a.width == b.width && a.height == b.height &&
           std::equal(a.pixels.begin(), a.pixels.end(), b.pixels.begin(), [](int x, int y) { return std::abs(x - y) <= kRounding; });
}

/// Where there are more places than looks, calls take turns.
std::vector<Box> places_of(std::span<const Box> predicted, std::size_t most, unsigned turn) {
    const std::size_t count = std::min(predicted.size(), most), start = predicted.size() > most ? turn * most : 0;
    std::vector<Box> places;
    for (std::size_t i = 0; i < count; ++i) places.push_back(predicted[(start + i) % predicted.size()]);
    return places;
}

}  // namespace

MultiScaleDetector::MultiScaleDetector(const Options& options, const StreamShape& shape) : MultiScaleDetector(make_detector(options), options, shape) {}

MultiScaleDetector::MultiScaleDetector(std::unique_ptr<Detector> detector, const Options& options, const StreamShape& shape)
    : detector_(std::move(detector)),
      size_(coded_size(shape, options)),
      second_size_(second_size(size_, options)),
      glance_sizes_{glance_size(size_, options), glance_size(second_size_, options)},
      tiles_(tile_grid(shape.width, shape.height, size_, options)),
      crowd_tiles_(crowd_grid(shape.width, shape.height, size_, options)),
      source_width_(shape.width),
      source_height_(shape.height),
      rotation_degrees_(shape.rotation_degrees),
      every_(detect_every(detector_->has_glance() ? glance_sizes_[0] : size_, detector_->has_glance() ? glance_sizes_[1] : second_size_, tiles_.columns > 0, detector_->has_glance(), shape.frame_rate, options)),
      decide_every_(detector_->has_glance() ? decide_every(size_, second_size_, every_, shape.frame_rate) : 0) {}

float MultiScaleDetector::needs_tiles_px() const {
    if (tiles_.columns == 0) return 0;
    return static_cast<float>(kNetworkFacePx * source_width_ / std::max(1, size_.width));
}

std::vector<Face> MultiScaleDetector::find(const Picture& picture, bool new_shot, std::shared_ptr<const GrayImage> small) {
    if (fault_at("detect", looked_++)) throw std::runtime_error("the face detector failed: a test said so");
    const std::int64_t turn = turn_++;
    if (new_shot) {
        looks_ = glances_again_ = 0;
        seen_.clear();
    }
    const Look look = look_of(turn, new_shot);
    std::vector<Face> faces = look_unless_seen(picture, look, small);
    const std::vector<Look> closer = crowd_looks(look, faces);
    if (closer.empty()) return faces;
    for (const Look& tile : closer) {
        const std::vector<Face> more = look_unless_seen(picture, tile, small);
        faces.insert(faces.end(), more.begin(), more.end());
    }
    return suppress_overlaps(std::move(faces), kSameFaceIou);
}

/// The tiles to look at beside a look at the whole picture that found a crowd. By its answer alone, so that parts of a video are looked at as all of it is.
std::vector<MultiScaleDetector::Look> MultiScaleDetector::crowd_looks(const Look& look, const std::vector<Face>& faces) const {
    const DetectionSize finest = look.glance ? glance_sizes_[0] : size_;
    if (crowd_tiles_.columns == 0 || look.size.width != finest.width || look.part.width() < finest.width) return {};
    const float scale = static_cast<float>(size_.width) / static_cast<float>(source_width_);
    const auto is_small = [&](const Face& face) { return face.score >= kCrowdScore && std::min(face.box.w, face.box.h) * scale < kCrowdFacePx; };
    if (std::count_if(faces.begin(), faces.end(), is_small) < kCrowd) return {};
    std::vector<Look> looks;
    for (int i = 0; i < crowd_tiles_.count(); ++i) looks.push_back({look.glance, crowd_tiles_.picture, crowd_tiles_.at(i)});
    return looks;
}

/// Whole looks and tiles take turns, and both sizes among the whole ones; glances among themselves as looks among themselves.
MultiScaleDetector::Look MultiScaleDetector::look_of(std::int64_t turn, bool new_shot) const {
    if (new_shot) return {false, size_, {0, 0, size_.width, size_.height}};
    const bool glance = is_glance(turn);
    if (glances() && !glance) turn /= decide_every_;
    if (tiles_.columns > 0 && turn % 2 == 1) return {glance, tiles_.picture, tiles_.at(static_cast<int>(turn / 2 % tiles_.count()))};
    const std::int64_t whole_turn = tiles_.columns > 0 ? turn / 2 : turn;
    const DetectionSize size = glance ? glance_sizes_[whole_turn % 2] : whole_turn % 2 == 0 ? size_ : second_size_;
    const std::int64_t whole_again = glances() && !glance ? kWholeDecisionAgain : kWholeAgain;
    return {glance, size, {0, 0, size.width, size.height}, whole_turn / 2 % whole_again != 0};
}

std::vector<Face> MultiScaleDetector::look_unless_seen(const Picture& picture, const Look& look, std::shared_ptr<const GrayImage> small) {
    const auto same_kind = [&](const Seen& seen) {
        return seen.glance == look.glance && seen.size.width == look.size.width && seen.size.height == look.size.height && seen.part.x0 == look.part.x0 &&
               seen.part.y0 == look.part.y0;
    };
    const auto before = std::find_if(seen_.begin(), seen_.end(), same_kind);
    if (small && before != seen_.end() && looks_the_same(*small, *before->small)) return before->faces;
    if (small && before != seen_.end() && look.news_will_do) {
        if (auto faces = look_at_news(picture, *before, *small)) return *faces;
    }
    std::vector<Face> faces = look_at(picture, look.glance, look.size, look.part);
    if (!small) return faces;
    if (before != seen_.end()) seen_.erase(before);
    seen_.push_back({look.glance, look.size, look.part, std::move(small), faces});
    return faces;
}

/// Looks where the picture has changed since the last look at the whole of it; what was found elsewhere counts again.
/// Returns: none where that is too much for a window as large as the smaller of the two sizes: its network is there already.
std::optional<std::vector<Face>> MultiScaleDetector::look_at_news(const Picture& picture, Seen& before, const GrayImage& small) {
    const DetectionSize size = before.size;
    const Rect changed = changed_region(*before.small, small);
    if (changed.empty()) return before.faces;
    const DetectionSize smaller = before.glance ? glance_sizes_[1] : second_size_;
    if (size.width == smaller.width) return std::nullopt;
    std::vector<Box> known;
    const auto seen_box = [&](const Face& face) { return in_look(face.box, size, source_width_, source_height_); };
    for (const Face& face : before.faces) known.push_back(seen_box(face));
    const auto window = region_of_interest(resized(changed, small.width, small.height, size.width, size.height), known, size, smaller);
    if (!window) return std::nullopt;
    const auto is_news = [&](const Face& face) { return overlap(outer_rect(seen_box(face)), window->news); };
    std::erase_if(before.faces, is_news);
    for (const Face& face : look_at(picture, before.glance, size, window->window)) {
        if (is_news(face)) before.faces.push_back(face);
    }
    std::stable_sort(before.faces.begin(), before.faces.end(), [](const Face& a, const Face& b) { return a.score > b.score; });
    before.small = renewed(*before.small, small, resized(window->window, size.width, size.height, small.width, small.height));
    return before.faces;
}

/// Looks at a part of the picture at a size, in pixels of that size.
std::vector<Face> MultiScaleDetector::look_at(const Picture& picture, bool glance, DetectionSize size, const Rect& part) {
    RgbImage scaled = picture.scaled_rgb(size.width, size.height);
    const cv::Mat coded(scaled.height, scaled.width, CV_8UC3, scaled.pixels.data());
    const cv::Mat seen = upright(coded(cv::Rect(part.x0, part.y0, part.width(), part.height())), rotation_degrees_);
    const auto width = static_cast<float>(part.width()), height = static_cast<float>(part.height());
    const auto sx = static_cast<float>(source_width_) / static_cast<float>(size.width);
    const auto sy = static_cast<float>(source_height_) / static_cast<float>(size.height);
    std::vector<Face> faces;
    std::unique_lock lock(detecting_);
    const std::vector<Face> answers = glance ? detector_->glance(view_of(seen)) : detector_->detect(view_of(seen));
    lock.unlock();
    for (const Face& face : answers) {
        const Box b = coded_box(face.box, rotation_degrees_, width, height);
        if (cut_by_tile(b, part, size)) continue;
        faces.push_back({{(b.x + static_cast<float>(part.x0)) * sx, (b.y + static_cast<float>(part.y0)) * sy, b.w * sx, b.h * sy}, face.score, glance});
    }
    return faces;
}

/// The picture in which boxes are looked at closer; made once for all calls about one picture.
const RegionRedetection& MultiScaleDetector::closer(const Picture& picture, std::span<const Box> boxes) {
    if (!closer_ || !closer_->serves(picture, boxes)) closer_.emplace(picture, boxes, source_width_, source_height_);
    return *closer_;
}

std::vector<Face> MultiScaleDetector::redetect(const Picture& picture, std::span<const Box> predicted) {
    std::vector<Face> found;
    if (predicted.empty()) return found;
    const std::vector<Box> places = places_of(predicted, glances() ? kMostCloserLooks : kMostLooks, looks_);
    const RegionRedetection& look = closer(picture, places);
    for (const Box& box : places) {
        const std::lock_guard lock(detecting_);
        if (const auto face = look.at(box, rotation_degrees_, looks_, *detector_)) found.push_back(*face);
    }
    ++looks_;
    return found;
}

std::vector<Face> MultiScaleDetector::glance_again(const Picture& picture, std::span<const Box> predicted) {
    std::vector<Face> found;
    if (predicted.empty()) return found;
    const std::vector<Box> places = places_of(predicted, kMostLooks, glances_again_++);
    const RegionRedetection& look = closer(picture, places);
    for (const Box& box : places) {
        const std::lock_guard lock(detecting_);
        if (const auto face = look.glance_at(box, rotation_degrees_, *detector_)) found.push_back(*face);
    }
    return found;
}

std::vector<std::optional<Face>> MultiScaleDetector::decide(const Picture& picture, std::span<const Box> seen) {
    std::vector<std::optional<Face>> answers;
    if (seen.empty()) return answers;
    const RegionRedetection& look = closer(picture, seen);
    for (const Box& box : seen) {
        const std::lock_guard lock(detecting_);
        answers.push_back(look.decide(box, rotation_degrees_, *detector_));
    }
    return answers;
}

}  // namespace invisiblur
