// With the real network and the sample's face: small ones in 4K, and tilted, upside-down and mirrored ones where a track expects them.
// With a real clip: a head that leaves over the border.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "base/geometry.hpp"
#include "detect/multi_scale_detector.hpp"
#include "invisiblur/options.hpp"
#include "pipeline/frame_picture.hpp"
#include "support/at_hand.hpp"
#include "support/clips.hpp"
#include "support/pictures.hpp"
#include "support/raw_clip.hpp"
#include "support/stills.hpp"
#include "track/follower.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

// The face in the portrait, frame 50 of media/sample.gt.csv, and a square around it with hair and shoulders.
constexpr float kFaceX = 292.1F, kFaceY = 88.0F, kFaceW = 88.6F, kFaceH = 109.3F;
constexpr int kSide = 300;

/// Head and shoulders of the sample, gray, the face's box in the middle.
cv::Mat head() {
    const TempDir dir;
    const std::string path = dir / "portrait.png";
    make_portrait(path);
    Rgb rgb = decode_rgb(path);
    const cv::Mat picture(rgb.height, rgb.width, CV_8UC3, rgb.pixels.data());
    cv::Mat gray, square;
    cv::cvtColor(picture, gray, cv::COLOR_RGB2GRAY);
    cv::getRectSubPix(gray, {kSide, kSide}, {kFaceX + kFaceW / 2, kFaceY + kFaceH / 2}, square);
    return square;
}

struct Place {
    float x, y;     ///< middle of the face
    float width;    ///< of the face, pixels
    double degrees = 0;
    Box box() const {
        const float w = width, h = width * kFaceH / kFaceW;
        return {x - w / 2, y - h / 2, w, h};
    }
};

PicturePtr with_heads(int width, int height, const std::vector<Place>& places) {
    av::FramePtr frame = av::make_frame(AV_PIX_FMT_GRAY8, width, height);
    cv::Mat canvas(height, width, CV_8UC1, frame->data[0], static_cast<std::size_t>(frame->linesize[0]));
    canvas.setTo(90);
    const cv::Mat face = head();
    for (const Place& place : places) {
        const double zoom = place.width / kFaceW;
        const int side = static_cast<int>(kSide * zoom);
        const cv::Point2f middle(static_cast<float>(side) / 2, static_cast<float>(side) / 2);
        cv::Mat small, turned;
        cv::resize(face, small, {side, side}, 0, 0, cv::INTER_AREA);
        cv::warpAffine(small, turned, cv::getRotationMatrix2D(middle, -place.degrees, 1), {side, side}, cv::INTER_LINEAR,
                       cv::BORDER_CONSTANT, 90);
        const cv::Rect there = cv::Rect(static_cast<int>(place.x) - side / 2, static_cast<int>(place.y) - side / 2, side, side);
        const cv::Rect seen = there & cv::Rect(0, 0, width, height);
        turned(cv::Rect(seen.x - there.x, seen.y - there.y, seen.width, seen.height)).copyTo(canvas(seen));
    }
    return av::make_picture(std::move(frame));
}

}  // namespace

TEST_CASE("in a 4K picture every face from 18 pixels on is found, wherever it is") {
    if (!has_model()) return;
    const std::vector<Place> places{{60, 60, 18},    {1900, 70, 18},    {3780, 2090, 20}, {1280, 1440, 20}, {640, 720, 24},
                                    {2560, 800, 30}, {3300, 1500, 60}, {900, 1500, 150}, {2000, 1400, 330}};
    const PicturePtr picture = with_heads(3840, 2160, places);
    Options options;
    options.detector = "centerface";
    MultiScaleDetector detector(options, {.width = 3840, .height = 2160, .frame_rate = 25});
    std::vector<float> best(places.size(), 0);
    int elsewhere = 0;
    for (int n = 0; n < detector.round(); ++n) {
        for (const Face& face : detector.find(*picture)) {
            const auto is_at = [&](const Place& place) { return iou(face.box, place.box()) > 0.3F; };
            const auto at = std::ranges::find_if(places, is_at);
            if (at != places.end())
                best[static_cast<std::size_t>(at - places.begin())] = std::max(best[static_cast<std::size_t>(at - places.begin())], face.score);
            else
                elsewhere += face.score > 0.5F;
        }
    }
    for (std::size_t i = 0; i < places.size(); ++i) CHECK_MESSAGE(best[i] >= 0.4F, "face of " << places[i].width << " px: score " << best[i]);
    CHECK(elsewhere == 0);
}

TEST_CASE("where a face is expected it is found in at most four looks, however it is tilted") {
    if (!has_model()) return;
    for (const double degrees : {0.0, 30.0, -30.0, 60.0, -60.0, 90.0, -90.0, 180.0}) {
        const std::vector<Place> places{{320, 180, 60, degrees}};
        const PicturePtr picture = with_heads(640, 360, places);
        MultiScaleDetector detector(Options{}, {.width = 640, .height = 360, .frame_rate = 25});
        float best = 0;
        for (int look = 0; look < 4; ++look) {
            for (const Face& face : detector.redetect(*picture, std::vector<Box>{places[0].box()})) {
                CHECK_MESSAGE(iou(face.box, places[0].box()) > 0.4F, degrees);
                best = std::max(best, face.score);
            }
        }
        CHECK_MESSAGE(best >= 0.5F, degrees << " degrees: score " << best);
    }
}

namespace {

/// Sees a face only where the upper right is the brightest quarter and the upper left the second: a mirrored picture.
class SeesMirrored : public Detector {
public:
    std::vector<Face> detect(const RgbView& p) override {
        const auto at = [&](int x, int y) { return p.data[y * p.stride_bytes + 3 * x]; };
        const int l = p.width * 3 / 8, r = p.width * 5 / 8, u = p.height * 3 / 8, d = p.height * 5 / 8;
        if (!(at(r, u) > at(l, u) && at(l, u) > at(r, d) && at(l, u) > at(l, d))) return {};
        const float w = static_cast<float>(p.width) / 3;
        return {{{static_cast<float>(p.width) / 2 - w / 2 + 4, static_cast<float>(p.height) / 2 - w / 2, w, w}, 0.9F}};
    }
    std::string name() const override { return "sees mirrored"; }
};

}  // namespace

TEST_CASE("one of the looks is mirrored, and its answer comes back on the right side") {
    av::FramePtr frame = av::make_frame(AV_PIX_FMT_GRAY8, 640, 360);
    cv::Mat canvas(360, 640, CV_8UC1, frame->data[0], static_cast<std::size_t>(frame->linesize[0]));
    canvas(cv::Rect(0, 0, 320, 180)).setTo(250);
    canvas(cv::Rect(320, 0, 320, 180)).setTo(170);
    canvas(cv::Rect(0, 180, 320, 180)).setTo(20);
    canvas(cv::Rect(320, 180, 320, 180)).setTo(90);
    const PicturePtr picture = av::make_picture(std::move(frame));
    MultiScaleDetector detector(std::make_unique<SeesMirrored>(), Options{}, {.width = 640, .height = 360, .frame_rate = 25});
    int found = 0;
    for (int look = 0; look < 4; ++look) {
        for (const Face& face : detector.redetect(*picture, std::vector<Box>{{290, 150, 60, 60}})) {
            ++found;
            CHECK(face.box.x + face.box.w / 2 < 320);
            CHECK(face.box.x + face.box.w / 2 > 300);
        }
    }
    CHECK(found == 1);
}

namespace {

/// The face's box in each frame of a clip, from its table beside it: frame,x,y,w,h.
std::vector<Box> table_of(const std::string& clip) {
    std::ifstream file(std::filesystem::path(clip).replace_extension(".gt.csv"));
    std::vector<Box> boxes;
    std::string line;
    std::getline(file, line);
    int frame = 0;
    for (Box b; std::getline(file, line) && std::sscanf(line.c_str(), "%d,%f,%f,%f,%f", &frame, &b.x, &b.y, &b.w, &b.h) == 5;) boxes.push_back(b);
    return boxes;
}

/// A window that is drawn over a clip, so that the face leaves it over the left side, or comes in there where time runs backwards.
struct DrawnWindow {
    static constexpr int kWidth = 120, kHeight = 160, kTop = 40, kFirst = 300, kFrames = 56;
    static int left(int n) { return 70 + 2 * n; }
};

}  // namespace

TEST_CASE("a real head that leaves the picture, or comes in, is covered to its last pixel") {
    using Window = DrawnWindow;
    const auto clip = real_clip("d01_david_gt.mpg");
    if (!has_model()) return;
    if (!clip) {
        MESSAGE("no real clips at hand: set INVISIBLUR_MEDIA");
        return;
    }
    RawClip whole = read_clip(*clip, "gray", 320, 240);
    const std::vector<Box> table = table_of(*clip);
    REQUIRE(table.size() >= whole.frames.size());
    for (const bool entering : {false, true}) {
        FrameWindow frames;
        const Options options;
        Follower follower(options, {.width = Window::kWidth, .height = Window::kHeight, .frame_rate = 25}, frames, 1000);
        for (int i = 0; i < Window::kFrames; ++i) {
            const int n = entering ? Window::kFrames - 1 - i : i;
            auto picture = std::make_shared<TestPicture>(layout_named("gray"), Window::kWidth, Window::kHeight, i);
            const std::vector<std::uint8_t>& from = whole.frames[static_cast<std::size_t>(Window::kFirst + n)];
            for (int y = 0; y < Window::kHeight; ++y) {
                for (int x = 0; x < Window::kWidth; ++x)
                    *component<std::uint8_t>(picture->view(), 0).at(x, y) = from[static_cast<std::size_t>((y + Window::kTop) * 320 + x + Window::left(n))];
            }
            frames.push(picture);
            follower.push();
        }
        follower.finish();
        for (int i = 0; i < Window::kFrames; ++i) {
            const int n = entering ? Window::kFrames - 1 - i : i;
            Box face = table[static_cast<std::size_t>(Window::kFirst + n)];
            face.x -= static_cast<float>(Window::left(n));
            face.y -= Window::kTop;
            const Box seen = intersect(face, {0, 0, Window::kWidth, Window::kHeight});
            if (seen.w < 1) continue;
            float best = 0;
            for (const TrackedFace& f : frames[i].faces) {
                const Box shared = intersect(grown(f.box.box, static_cast<float>(options.margin)), seen);
                if (shared.w > 0 && shared.h > 0) best = std::max(best, area(shared) / area(seen));
            }
            CHECK_MESSAGE(best >= 0.9F, std::string(entering ? "entering" : "leaving") << ", frame " << i << ": " << seen.w << " px to be seen, " << best << " covered");
        }
    }
}

TEST_CASE("a head that turns in a picture of 128x96 is covered in every frame") {
    constexpr int kFirst = 380, kFrames = 110, kWide = 128, kHigh = 96;
    const auto clip = real_clip("d01_david_gt.mpg");
    if (!has_model() || !has_model(kYunetModel)) return;
    if (!clip) {
        MESSAGE("no real clips at hand: set INVISIBLUR_MEDIA");
        return;
    }
    RawClip whole = read_clip(*clip, "gray", 320, 240);
    const std::vector<Box> table = table_of(*clip);
    FrameWindow frames;
    Options options;
    options.detector = "cascade";
    Follower follower(options, {.width = kWide, .height = kHigh, .frame_rate = 25}, frames, 1000);
    for (int i = 0; i < kFrames; ++i) {
        const cv::Mat from(240, 320, CV_8UC1, whole.frames[static_cast<std::size_t>(kFirst + i)].data());
        auto picture = std::make_shared<TestPicture>(layout_named("gray"), kWide, kHigh, i);
        cv::Mat small;
        cv::resize(from, small, {kWide, kHigh}, 0, 0, cv::INTER_AREA);
        for (int y = 0; y < kHigh; ++y) std::copy_n(small.ptr(y), kWide, component<std::uint8_t>(picture->view(), 0).at(0, y));
        frames.push(picture);
        follower.push();
    }
    follower.finish();
    for (int i = 0; i < kFrames; ++i) {
        const Box &large = table[static_cast<std::size_t>(kFirst + i)], face{large.x * 0.4F, large.y * 0.4F, large.w * 0.4F, large.h * 0.4F};
        float best = 0;
        for (const TrackedFace& f : frames[i].faces) {
            const Box shared = intersect(grown(f.box.box, static_cast<float>(options.margin)), face);
            if (shared.w > 0 && shared.h > 0) best = std::max(best, area(shared) / area(face));
        }
        CHECK_MESSAGE(best >= 0.8F, "frame " << i << ": " << best << " covered");
    }
}
