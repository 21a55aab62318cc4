#include "verify/second_opinion.hpp"

#include <algorithm>
#include <cmath>

#include "detect/detail.hpp"
#include "verify/hog_detector.hpp"

namespace invisiblur {
namespace {

constexpr double kNetworkScale = 0.75;  ///< of the size at which the first search looks at the whole picture
constexpr float kNetworkScore = 0.3F;
constexpr float kHogScore = 0.0F;
constexpr int kSmallestHogFace = 32;
constexpr int kLongestHogSide = 1280;
constexpr double kAlike = 0.5;
constexpr double kSomethingLeft = 0.3;
constexpr float kSurelyFace = 0.5F;
constexpr double kMostLooksPerSecond = 30;

int longer_side(const StreamShape& shape) {
    return std::max(shape.width, shape.height);
}

Options looking_at(Options options, double side) {
    options.detect_size_px = std::max(32, static_cast<int>(std::lround(side / 32)) * 32);
    return options;
}

/// Large enough for small faces, within what a look may cost.
double hog_side(const StreamShape& shape) {
    return std::min<double>(kLongestHogSide, longer_side(shape) * static_cast<double>(kHogFacePx) / kSmallestHogFace);
}

double network_side(const Options& options, const StreamShape& shape) {
    const DetectionSize first = detection_size(shape.width, shape.height, options);
    return std::max(first.width, first.height) * kNetworkScale;
}

Options network_options(Options options) {
    if (options.detector != "centerface" && options.detector != "cascade") options.model.clear();  // it is another detector's
    options.detector = "centerface";
    return options;
}

std::shared_ptr<const Tracks> or_none(std::shared_ptr<const Tracks> tracks) {
    return tracks ? std::move(tracks) : std::make_shared<const Tracks>();
}

const StreamShape& clock_of(const ResultFacts& facts) {
    return facts.has_source ? facts.source : facts.result;
}

TrackCursor cursor(const std::shared_ptr<const Tracks>& tracks, const StreamShape& clock) {
    return {or_none(tracks), clock.time_base_num, clock.time_base_den, {}, {}};
}

bool holds_centre(const Rect& place, const Box& box) {
    return place.contains(static_cast<int>(box.x + box.w / 2), static_cast<int>(box.y + box.h / 2));
}

}  // namespace

SecondOpinion::SecondOpinion(const Options& options, const ResultFacts& facts)
    : facts_(facts),
      hog_(std::make_unique<HogDetector>(), looking_at(options, hog_side(facts.result)), facts.result),
      network_(looking_at(network_options(options), network_side(options, facts.result)), facts.result),
      areas_(options, clock_of(facts)),
      hidden_(cursor(facts.hidden, clock_of(facts))),
      left_(cursor(facts.left, clock_of(facts))),
      seconds_per_pts_(static_cast<double>(facts.result.time_base_num) / static_cast<double>(facts.result.time_base_den)),
      scale_x_(static_cast<float>(facts.source.width) / static_cast<float>(facts.result.width)),
      scale_y_(static_cast<float>(facts.source.height) / static_cast<float>(facts.result.height)),
      frames_between_looks_(std::max(1, static_cast<int>(std::lround(facts.result.frame_rate / kMostLooksPerSecond)))) {}

void SecondOpinion::look(const Picture& result, const Picture* source) {
    const Scene scene = scene_of(result, source);
    if (frame_++ % frames_between_looks_ == 0) search(scene);
    if (source) compare(scene);
}

SecondOpinion::Scene SecondOpinion::scene_of(const Picture& result, const Picture* source) {
    const Picture& clock = source ? *source : result;
    Scene scene{result, source, hidden_.at(clock.pts()), left_.at(clock.pts()), {}, areas_.kept(clock.pts()), 0};
    scene.areas = areas_.of_frame(scene.hidden, clock.pts(), clock.view(), clock.interlaced());
    scene.time_s = static_cast<double>(result.pts()) * seconds_per_pts_;
    return scene;
}

/// The two detectors take turns.
void SecondOpinion::search(const Scene& scene) {
    const bool hog = looks_++ % 2 == 0;
    for (const Face& face : (hog ? hog_ : network_).find(scene.result)) {
        if (face.score >= (hog ? kHogScore : kNetworkScore)) note(face, hog ? "hog" : "centerface", scene);
    }
}

Box SecondOpinion::in_source(const Box& box) const {
    return {box.x * scale_x_, box.y * scale_y_, box.w * scale_x_, box.h * scale_y_};
}

void SecondOpinion::note(const Face& face, const std::string& method, const Scene& scene) {
    using Kind = VerifyFinding::Kind;
    VerifyFinding finding{Kind::fresh, method, facts_.stream, 0, scene.time_s, scene.time_s, 1, face.score, in_source(face.box)};
    const auto at_place = [&](const Rect& place) { return holds_centre(place, finding.box); };
    const auto left = std::ranges::find_if(scene.left, [&](const TrackedFace& f) { return at_place(outer_rect(f.box.box)); });
    if (left != scene.left.end() || std::ranges::any_of(scene.kept, at_place)) {
        finding.kind = Kind::kept;
        if (left != scene.left.end()) finding.track = left->track;
    } else if (std::ranges::any_of(scene.areas, [&](const FaceArea& area) { return at_place(area.core); })) {
        finding.kind = shows_source(scene, finding.box) ? Kind::remaining : Kind::doubtful;
        const auto face_there = std::ranges::find_if(scene.hidden, [&](const TrackedFace& f) { return at_place(outer_rect(f.box.box)); });
        if (face_there != scene.hidden.end()) finding.track = face_there->track;
    }
    log_.add(std::move(finding));
}

/// Three fifths of a face's box, in the result: eyes, nose and mouth.
Rect SecondOpinion::middle_in_result(const Box& box) const {
    constexpr float kEdge = 0.2F;
    const Box middle{(box.x + box.w * kEdge) / scale_x_, (box.y + box.h * kEdge) / scale_y_, box.w * (1 - 2 * kEdge) / scale_x_,
                     box.h * (1 - 2 * kEdge) / scale_y_};
    return outer_rect(middle);
}

/// How much of a place's detail in the source stands in the result; nothing where the place is too small to say.
std::optional<double> SecondOpinion::alike(const Scene& scene, const Box& box) const {
    const Rect in_result = intersect(middle_in_result(box), scene.result.view().bounds());
    const Box back = in_source({static_cast<float>(in_result.x0), static_cast<float>(in_result.y0), static_cast<float>(in_result.width()),
                                static_cast<float>(in_result.height())});
    const Rect in_src = intersect(outer_rect(back), scene.source->view().bounds());
    const auto too_small = [](const Rect& r) { return r.width() < kLeastDetailPx || r.height() < kLeastDetailPx; };
    if (too_small(in_result) || too_small(in_src)) return std::nullopt;
    return likeness(scene.source->view(), in_src, scene.result.view(), in_result);
}

/// A detector can see a face in the shape of a head without one. Where nothing of the source's detail is left, it is that.
bool SecondOpinion::shows_source(const Scene& scene, const Box& box) const {
    return !scene.source || alike(scene, box).value_or(1) >= kSomethingLeft;
}

void SecondOpinion::compare(const Scene& scene) {
    for (const TrackedFace& face : scene.hidden) {
        if (std::ranges::any_of(scene.kept, [&](const Rect& kept) { return holds_centre(kept, face.box.box); })) continue;
        const std::optional<double> how_much = alike(scene, face.box.box);
        if (!how_much) continue;
        ++faces_compared_;
        if (*how_much <= kAlike || !had_face(*scene.source, face)) continue;
        log_.add({VerifyFinding::Kind::remaining, "detail", facts_.stream, face.track, scene.time_s, scene.time_s, 1, *how_much, face.box.box});
    }
}

/// Where a track's place shows the same as before, the scene may be what was there before: a track begins before its face comes.
bool SecondOpinion::had_face(const Picture& source, const TrackedFace& face) {
    if (face.box.from == BoxSource::detector && face.box.score >= kSurelyFace) return true;
    const Box box = face.box.box;
    return !network_.redetect(source, {&box, 1}).empty();
}

}  // namespace invisiblur
