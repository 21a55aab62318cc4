#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <stdexcept>

#include "detect/model_file.hpp"
#include "detect/network.hpp"
#include "invisiblur/options.hpp"
#include "support/at_hand.hpp"

using namespace invisiblur;

namespace {

cv::Mat noise(int height, int width, unsigned seed) {
    const int sizes[] = {1, 3, height, width};
    cv::Mat blob(4, sizes, CV_32F);
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> value(0, 255);
    for (std::size_t i = 0; i < blob.total(); ++i) blob.ptr<float>()[i] = value(random);
    return blob;
}

/// Null, with a message, where this build does not have the engine.
std::unique_ptr<Network> engine(const char* name) {
    Options options;
    options.engine = name;
    options.threads = 2;
    try {
        return make_network(options, checked_model_file(options));
    } catch (const std::runtime_error& error) {
        const std::string sentence = error.what();
        CHECK(sentence.starts_with(std::string("--engine ") + name + ": "));
        CHECK(sentence.find("leave --engine out") != std::string::npos);
        MESSAGE("skipped: " << sentence);
        return nullptr;
    }
}

}  // namespace

TEST_CASE("every engine answers as OpenCV does, in each size and whatever sizes came between") {
    if (!test::has_model()) return;
    const auto reference = engine("opencv");
    REQUIRE(reference);
    for (const char* name : {"openvino", "onnxruntime", "opencv-cuda"}) {
        const auto other = engine(name);
        if (!other) continue;
        CAPTURE(name);
        for (const auto& [height, width] : {std::pair{96, 160}, {64, 64}, {96, 160}, {192, 320}, {32, 32}, {64, 64}}) {
            const cv::Mat blob = noise(height, width, static_cast<unsigned>(height * width));
            const std::vector<cv::Mat> expected = reference->run(blob), found = other->run(blob);
            REQUIRE(found.size() == expected.size());
            for (std::size_t i = 0; i < found.size(); ++i) {
                REQUIRE(found[i].total() == expected[i].total());
                float worst = 0;
                for (std::size_t k = 0; k < found[i].total(); ++k) {
                    const float a = found[i].ptr<float>()[k], b = expected[i].ptr<float>()[k];
                    worst = std::max(worst, std::abs(a - b) / (1 + std::abs(b)));
                }
                CHECK(worst < 2e-3F);
            }
        }
    }
}

TEST_CASE("an engine that does not exist is named with those that do") {
    Options options;
    CHECK_THROWS_WITH_AS(set_option(options, "engine", "tpu"), doctest::Contains("opencv"), std::invalid_argument);
}
