#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/geometry.hpp"
#include "detect/haar.hpp"
#include "detect/model_file.hpp"
#include "invisiblur/options.hpp"
#include "support/at_hand.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
namespace fs = std::filesystem;

namespace {

std::string message_of(const Options& options) {
    try {
        make_detector(options);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "";
}

RgbImage noise(int width, int height) {
    RgbImage image{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3)};
    test::Random random(5);
    for (std::uint8_t& v : image.pixels) v = static_cast<std::uint8_t>(random.between(0, 255));
    return image;
}

}  // namespace

TEST_CASE("a missing or a wrong model is refused") {
    Options options;
    options.model = "no/such/model.onnx";
    CHECK(message_of(options).find("cannot read the model 'no/such/model.onnx'") != std::string::npos);
    const fs::path wrong = fs::temp_directory_path() / "invisiblur_wrong_model.onnx";
    std::ofstream(wrong) << "not a network";
    options.model = wrong.string();
    CHECK(message_of(options).find("refusing the model") != std::string::npos);
    CHECK(message_of(options).find(kCenterfaceModel.sha256) != std::string::npos);
    fs::remove(wrong);
}

TEST_CASE("an unknown detector is an error, missing cascades are one") {
    Options options;
    options.detector = "oracle";
    CHECK_THROWS_AS(make_detector(options), std::invalid_argument);
    options.detector = "haar";
    options.model = "no/such/folder";
    CHECK(message_of(options).find("opencv-data") != std::string::npos);
}

TEST_CASE("centerface finds nothing in noise, at any size, one after another") {
    if (!test::has_model()) return;
    const auto detector = make_detector({});
    CHECK(detector->name().find("centerface sha256:09189dea") != std::string::npos);
    for (const auto& [w, h] : {std::pair{64, 64}, {333, 127}, {96, 96}, {1, 1}, {333, 127}, {64, 64}}) {
        const RgbImage image = noise(w, h);
        for (const Face& face : detector->detect(image.view())) {
            CHECK(face.score < 0.5F);
            CHECK(face.box.x >= 0);
            CHECK(face.box.y + face.box.h <= static_cast<float>(h) + 0.01F);
        }
    }
}

TEST_CASE("centerface answers the same whatever sizes it saw before") {
    if (!test::has_model()) return;
    const RgbImage image = noise(160, 128), other = noise(320, 256);
    const auto fresh = make_detector({}), used = make_detector({});
    const std::vector<Face> a = fresh->detect(image.view());
    used->detect(other.view());
    used->detect(noise(96, 96).view());
    const std::vector<Face> b = used->detect(image.view());
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i].score == doctest::Approx(b[i].score));
}
