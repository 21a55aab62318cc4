#include "motion/camera.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>

#include "base/stage_times.hpp"
#include "motion/forward_backward_flow.hpp"

namespace invisiblur {
namespace {

/// Motion shows in a picture of about this many pixels across.
constexpr int kPictureWidth = 480;
constexpr int kMostCorners = 300;
/// Fewer followed corners than this say nothing about a whole picture.
constexpr int kFewestCorners = 20;
/// A corner is explained when the model puts it this near, in small pixels.
constexpr double kNear = 0.7;
/// Nearer than this to where it was, a corner stands still; noise moves corners by less.
constexpr double kStill = 0.5;
/// A model must explain this part of the corners (a crowd may hide half of the scene); a simpler one may explain a little less than a
/// richer one.
constexpr double kLeastExplained = 0.4;
constexpr double kAsGood = 0.9;
/// Of a model that explains less, but this much, the motion is guessed; else that there was none.
constexpr double kLeastGuess = 0.2;
/// Standing still is believed sooner: no moving camera leaves a good part of the whole picture where it was, but a passing car may
/// have more corners than the street.
constexpr double kStillAsGood = 0.6;
constexpr double kLeastStill = 0.35;
/// Corners vote by cells of a grid, so that one textured thing does not outvote the scene.
constexpr int kCells = 8;
/// A new key frame is due when this part of the corners is lost or the picture moved by this part of its width.
constexpr double kLostPart = 0.5;
/// Persons are left out while so much of the picture lies beside them.
constexpr double kLeastBeside = 0.15;
constexpr double kMovedPart = 0.2;

/// Pictures without enough corners to follow (a bare wall, a dark room) are taken for still when so much of them looks the same; against a motion that corners
/// tell, nearly all must: before a bare wall the few there are may be wrong together.
constexpr double kLooksStill = 0.8;
constexpr double kSameAsKey = 0.99;

using Points = std::vector<cv::Point2f>;

cv::Mat as_mat(const GrayImage& image) {
    return cv::Mat(image.height, image.width, CV_8UC1, const_cast<std::uint8_t*>(image.pixels.data()));
}

cv::Rect as_rect(const Rect& r, const GrayImage& image) {
    const Rect c = intersect(r, Rect{0, 0, image.width, image.height});
    return c.empty() ? cv::Rect() : cv::Rect(c.x0, c.y0, c.width(), c.height());
}

/// Cores become flat, so that whatever window or pyramid level reaches into one finds the same there.
void blank(GrayImage& image, std::span<const Rect> cores) {
    cv::Mat mat = as_mat(image);
    for (const Rect& core : cores) mat(as_rect(core, image)).setTo(128);
}

struct Model {
    Homography map;
    double explained = 0;  ///< part of the corners
    bool sure = false;     ///< that it is the camera's motion, and not only the best guess
};

/// The part of the picture's cells, of those with corners, whose corners a model puts where they were found.
double explained_part(const Homography& h, const Points& from, const Points& to, double near, cv::Size size) {
    std::array<int, kCells * kCells> all{}, explained{};
    for (std::size_t i = 0; i < from.size(); ++i) {
        const int cx = std::clamp(static_cast<int>(from[i].x * kCells / static_cast<float>(size.width)), 0, kCells - 1);
        const int cy = std::clamp(static_cast<int>(from[i].y * kCells / static_cast<float>(size.height)), 0, kCells - 1);
        const Point p = apply(h, {from[i].x, from[i].y});
        ++all[static_cast<std::size_t>(cy * kCells + cx)];
        explained[static_cast<std::size_t>(cy * kCells + cx)] += std::hypot(p.x - to[i].x, p.y - to[i].y) < near;
    }
    double sum = 0, cells = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i] > 0) sum += static_cast<double>(explained[i]) / all[i], ++cells;
    }
    return cells > 0 ? sum / cells : 0;
}

Homography from_mat(const cv::Mat& mat) {
    Homography h;
    for (int i = 0; i < mat.rows * 3; ++i) h.m[static_cast<std::size_t>(i)] = mat.at<double>(i / 3, i % 3);
    return h;
}

/// Nowhere in the picture a move that could be told from noise.
bool hardly_moves(const Homography& h, double width, double height) {
    constexpr double kHardly = 0.35;      // small pixels
    for (int k = 0; k < 4; ++k) {
        const Point corner{k & 1 ? width : 0, k >> 1 ? height : 0};
        const Point p = apply(h, corner);
        if (std::hypot(p.x - corner.x, p.y - corner.y) > kHardly) return false;
    }
    return true;
}

/// The simplest model that explains the corners as well as the richest one; not sure where none explains enough.
Model fit(const Points& from, const Points& to, cv::Size size) {
    const Model still{{}, explained_part({}, from, to, kStill, size), true};
    std::vector<Model> models;
    const cv::Mat similarity = cv::estimateAffinePartial2D(from, to, cv::noArray(), cv::RANSAC, kNear, 500, 0.99, 10);
    if (!similarity.empty()) models.push_back({from_mat(similarity)});
    const cv::Mat homography = cv::findHomography(from, to, cv::RANSAC, kNear, cv::noArray(), 500, 0.99);
    if (!homography.empty()) models.push_back({from_mat(homography)});
    double best = 0;
    for (Model& model : models) {
        model.explained = explained_part(model.map, from, to, kNear, size);
        best = std::max(best, model.explained);
    }
    if (still.explained >= kLeastStill && still.explained >= kStillAsGood * best) return still;
    for (Model& model : models) {
        model.sure = best >= kLeastExplained;
        if (model.explained >= kAsGood * best && best > 0) return model;
    }
    return {};
}

/// Corners that are found again, there and back.
void follow(const GrayImage& a, const GrayImage& b, const Homography& guess, std::span<const Rect> cores_b, Points& from, Points& to) {
    Points there;
    for (const cv::Point2f& p : from) {
        const Point q = apply(guess, {p.x, p.y});
        there.push_back({static_cast<float>(q.x), static_cast<float>(q.y)});
    }
    const StageTimer timer(Stage::flow);
    const std::vector<float> misses = forward_backward(as_mat(a), as_mat(b), from, there, {15, 3, {cv::TermCriteria::COUNT | cv::TermCriteria::EPS, 20, 0.02}});
    Points kept;
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (misses[i] < 0 || misses[i] > 0.5F) continue;
        const int x = static_cast<int>(there[i].x), y = static_cast<int>(there[i].y);
        if (x < 0 || y < 0 || x >= b.width || y >= b.height) continue;
        if (std::any_of(cores_b.begin(), cores_b.end(), [&](const Rect& r) { return r.contains(x, y); })) continue;
        kept.push_back(from[i]);
        to.push_back(there[i]);
    }
    from = std::move(kept);
}

/// The part of two pictures in which they look the same, beside what is hidden in either. A camera that adapts to the light changes all of it alike.
double alike_part(const GrayImage& a, std::span<const Rect> hidden_a, const GrayImage& b, std::span<const Rect> hidden_b) {
    constexpr int kAlike = 6;  // 8-bit steps: noise and flicker stay below
    cv::Mat free(a.height, a.width, CV_8UC1, cv::Scalar(255)), difference;
    for (const Rect& r : hidden_a) free(as_rect(r, a)).setTo(0);
    for (const Rect& r : hidden_b) free(as_rect(r, b)).setTo(0);
    const int count = cv::countNonZero(free);
    if (count == 0) return 0;
    cv::subtract(as_mat(b), as_mat(a), difference, cv::noArray(), CV_16S);
    const cv::Mat off = cv::abs(difference - cv::mean(difference, free)[0]), alike = (off < kAlike) & free;
    return static_cast<double>(cv::countNonZero(alike)) / count;
}

Points to_points(const std::vector<float>& flat) {
    Points points;
    for (std::size_t i = 0; i + 1 < flat.size(); i += 2) points.push_back({flat[i], flat[i + 1]});
    return points;
}

/// The same map for source pixels, whose centres lie at (small + 0.5) * factor - 0.5.
Homography to_source(const Homography& small, int factor) {
    const double f = factor, shift = 0.5 * f - 0.5;
    const Homography up{{f, 0, shift, 0, f, shift, 0, 0, 1}};
    return small.is_identity() ? small : up * small * inverse(up);
}

}  // namespace

int camera_luma_factor(int width) {
    return std::max(1, (width + kPictureWidth / 2) / kPictureWidth);
}

void Camera::make_key(GrayImage luma, std::span<const Rect> cores, std::span<const Rect> persons, const Pose& pose) {
    cv::Mat usable(luma.height, luma.width, CV_8UC1, cv::Scalar(255));
    // A corner's window must not see a core's edge.
    for (const Rect& core : cores) usable(as_rect(grow(core, 8, 8), luma)).setTo(0);
    cv::Mat beside = usable.clone();
    for (const Rect& person : persons) beside(as_rect(person, luma)).setTo(0);
    const bool anything = cv::countNonZero(beside) >= kLeastBeside * luma.width * luma.height;
    Points corners;
    cv::goodFeaturesToTrack(as_mat(luma), corners, kMostCorners, 0.005, std::max(4, luma.width / 40), anything ? beside : usable);
    key_ = {std::move(luma), {cores.begin(), cores.end()}, anything, {}, pose};
    if (anything) key_.hidden.insert(key_.hidden.end(), persons.begin(), persons.end());
    for (const cv::Point2f& p : corners) key_.corners.insert(key_.corners.end(), {p.x, p.y});
    last_ = {};
}

Camera::Pose Camera::push(const GrayImage& picture, std::span<const Rect> cores, bool cut, std::span<const Rect> persons) {
    GrayImage luma = picture;
    blank(luma, cores);
    const bool begins = stretch_ < 0 || cut || luma.width != key_.luma.width || luma.height != key_.luma.height;
    if (begins) {
        last_pose_ = {++stretch_, {}};
        make_key(luma, cores, persons, last_pose_);
        return last_pose_;
    }
    Points from = to_points(key_.corners), to;
    const std::size_t asked = from.size();
    if (asked >= kFewestCorners) follow(key_.luma, luma, last_, cores, from, to);
    Model model;
    if (from.size() >= kFewestCorners) model = fit(from, to, {luma.width, luma.height});
    if (!model.map.is_identity() || !model.sure) {
        // The persons' part of the picture moves with them, unless there is hardly another one.
        std::vector<Rect> hidden(cores.begin(), cores.end());
        if (key_.beside_persons) hidden.insert(hidden.end(), persons.begin(), persons.end());
        const double alike = alike_part(key_.luma, key_.hidden, luma, hidden);
        if (alike >= (model.sure ? kSameAsKey : kLooksStill)) model = {{}, 1, true};
    }
    const auto moved_by = [&](const Homography& map) {
        const Point moved = apply(map, {luma.width / 2.0, luma.height / 2.0});
        return std::hypot(moved.x - luma.width / 2.0, moved.y - luma.height / 2.0);
    };
    const double far = kMovedPart * luma.width;
    if (!model.sure && !(model.explained >= kLeastGuess && moved_by(model.map) <= far)) model.map = last_;
    last_ = hardly_moves(model.map, luma.width, luma.height) ? Homography{} : model.map;
    if (!model.sure) ++stretch_;
    last_pose_ = {stretch_, key_.pose.to_start * inverse(to_source(last_, factor_))};
    const bool lost = asked >= kFewestCorners && static_cast<double>(from.size()) < kLostPart * static_cast<double>(asked);
    if (!model.sure || moved_by(last_) > far || lost) make_key(luma, cores, persons, last_pose_);
    return last_pose_;
}

}  // namespace invisiblur
