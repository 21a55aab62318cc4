// The small network: the sample's face at several sizes, nothing where there is none, and the same with every engine.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "base/geometry.hpp"
#include "detect/model_file.hpp"
#include "invisiblur/options.hpp"
#include "support/at_hand.hpp"
#include "support/pictures.hpp"
#include "support/process.hpp"
#include "support/stills.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

// The face in the portrait, frame 50 of media/sample.gt.csv.
constexpr Box kFace{292.1F, 88.0F, 88.6F, 109.3F};

std::unique_ptr<Detector> yunet(const std::string& engine = "auto") {
    Options options;
    options.detector = "yunet";
    options.engine = engine;
    return make_detector(options);
}

/// The frame with the face, RGB.
cv::Mat portrait() {
    const TempDir dir;
    const std::string path = dir / "portrait.png";
    make_portrait(path);
    Rgb rgb = decode_rgb(path);
    return cv::Mat(rgb.height, rgb.width, CV_8UC3, rgb.pixels.data()).clone();
}

cv::Mat scaled(const cv::Mat& picture, double scale) {
    cv::Mat out;
    cv::resize(picture, out, {}, scale, scale, cv::INTER_AREA);
    return out;
}

std::vector<Face> look(Detector& detector, const cv::Mat& picture) {
    return detector.detect({picture.data, static_cast<std::ptrdiff_t>(picture.step), picture.cols, picture.rows});
}

Box at_scale(float scale) {
    return {kFace.x * scale, kFace.y * scale, kFace.w * scale, kFace.h * scale};
}

}  // namespace

TEST_CASE("yunet finds the sample's face, and nothing else, at sizes from 16 pixels to 270") {
    if (!has_model(kYunetModel)) return;
    const auto detector = yunet();
    CHECK(detector->name().starts_with("yunet sha256:"));
    const cv::Mat picture = portrait();
    for (const float scale : {0.18F, 0.3F, 0.5F, 0.73F, 1.0F, 1.6F, 3.0F}) {
        CAPTURE(scale);
        const std::vector<Face> faces = look(*detector, scaled(picture, scale));
        REQUIRE(!faces.empty());
        CHECK(faces[0].score > 0.5F);
        CHECK(faces[0].score <= 1);
        CHECK(iou(faces[0].box, at_scale(scale)) > 0.5F);
        CHECK(std::none_of(faces.begin() + 1, faces.end(), [](const Face& face) { return face.score >= 0.5F; }));
    }
}

TEST_CASE("yunet finds nothing where nobody is, at any size, and holds boxes within the picture") {
    if (!has_model(kYunetModel)) return;
    const auto detector = yunet();
    cv::Mat wall = portrait()(cv::Rect(0, 0, 200, 360)).clone();  // the sample's scene beside her
    CHECK(look(*detector, wall).empty());
    for (const auto& [width, height] : {std::pair{64, 64}, {333, 127}, {1, 1}, {640, 352}}) {
        cv::Mat noise(height, width, CV_8UC3);
        Random random(7);
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < 3 * width; ++x) noise.ptr(y)[x] = static_cast<std::uint8_t>(random.between(0, 255));
        for (const Face& face : look(*detector, noise)) CHECK(face.score < 0.5F);
    }
    const cv::Mat half = portrait()(cv::Rect(336, 0, 304, 360)).clone();  // the border goes through the face
    for (const Face& face : look(*detector, half)) {
        CHECK(face.box.x >= 0);
        CHECK(face.box.y >= 0);
        CHECK(face.box.x + face.box.w <= 304.01F);
        CHECK(face.box.y + face.box.h <= 360.01F);
    }
}

TEST_CASE("yunet gives the same boxes with each engine") {
    if (!has_model(kYunetModel)) return;
    const auto first = yunet("auto"), second = yunet("opencv");
    const cv::Mat picture = portrait();
    for (const float scale : {0.5F, 1.0F, 0.5F}) {
        const cv::Mat seen = scaled(picture, scale);
        const std::vector<Face> a = look(*first, seen), b = look(*second, seen);
        REQUIRE(a.size() == b.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
            CHECK(a[i].score == doctest::Approx(b[i].score).epsilon(1e-3));
            CHECK(iou(a[i].box, b[i].box) > 0.99F);
        }
    }
}

TEST_CASE("the script that writes the model refuses what holds no weights, and writes nothing") {
    const TempDir dir;
    const char* const folder = std::getenv("INVISIBLUR_BIN");
    for (const std::string& wrong : {std::string("LICENSE"), std::string(folder ? folder : "build/bin") + "/invis-transcode"}) {
        const Finished finished = run({"scripts/yunet-model", wrong, dir / "model.onnx"});
        CHECK(finished.status == 1);
        CHECK(finished.err.starts_with("yunet-model: cannot read the weights in " + wrong + ": "));
        CHECK(dir.names().empty());
    }
}
