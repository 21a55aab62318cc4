#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <stdexcept>

#include "detect/model_file.hpp"
#include "detect/module_network.hpp"
#include "detect/network.hpp"
#include "invisiblur/options.hpp"
#include "support/at_hand.hpp"

using namespace invisiblur;

namespace {

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr bool kHasOpenvino = true;  // scripts/setup fetches it, scripts/build builds with it
#else
constexpr bool kHasOpenvino = false;
#endif

cv::Mat noise(int height, int width, unsigned seed) {
    const int sizes[] = {1, 3, height, width};
    cv::Mat blob(4, sizes, CV_32F);
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> value(0, 255);
    for (std::size_t i = 0; i < blob.total(); ++i) blob.ptr<float>()[i] = value(random);
    return blob;
}

std::unique_ptr<Network> network(const std::string& engine, const ModelFile& model, int threads = 2) {
    Options options;
    options.engine = engine;
    options.threads = threads;
    return make_network(options, checked_model_file(options, model));
}

/// Null, with a message, where this build does not have the engine.
std::unique_ptr<Network> network_if_there(const std::string& engine, const ModelFile& model) {
    try {
        return network(engine, model);
    } catch (const std::runtime_error& error) {
        const std::string sentence = error.what();
        CHECK(sentence.starts_with("--engine " + engine + ": "));
        CHECK(sentence.find("leave --engine out") != std::string::npos);
        if (engine == "openvino" && kHasOpenvino) test::at_hand(false, sentence);
        else MESSAGE("skipped: " << sentence);
        return nullptr;
    }
}

float worst_difference(const cv::Mat& found, const cv::Mat& expected) {
    float worst = 0;
    for (std::size_t k = 0; k < found.total(); ++k) {
        const float a = found.ptr<float>()[k], b = expected.ptr<float>()[k];
        worst = std::max(worst, std::abs(a - b) / (1 + std::abs(b)));
    }
    return worst;
}

constexpr const ModelFile* kModels[] = {&kCenterfaceModel, &kYunetModel};

}  // namespace

TEST_CASE("every engine answers as OpenCV does, with each model, in each size and whatever sizes came between") {
    for (const ModelFile* model : kModels) {
        if (!test::has_model(*model)) return;
        const auto reference = network("opencv", *model);
        CHECK(reference->engine() == "opencv");
        for (const char* name : {"openvino", "onnxruntime", "opencv-cuda"}) {
            const auto other = network_if_there(name, *model);
            if (!other) continue;
            CAPTURE(name);
            CHECK(other->engine() == name);
            for (const auto& [height, width] : {std::pair{96, 160}, {64, 64}, {96, 160}, {192, 320}, {32, 32}, {64, 64}}) {
                const cv::Mat blob = noise(height, width, static_cast<unsigned>(height * width));
                const std::vector<cv::Mat> expected = reference->run(blob), found = other->run(blob);
                REQUIRE(found.size() == expected.size());
                for (std::size_t i = 0; i < found.size(); ++i) {
                    REQUIRE(found[i].size == expected[i].size);
                    CHECK(worst_difference(found[i], expected[i]) < 2e-3F);
                }
            }
        }
    }
}

TEST_CASE("left to itself the program takes OpenVINO where it is there, else OpenCV") {
    if (!test::has_model()) return;
    CHECK(Options{}.engine == "auto");
    CHECK(network("auto", kCenterfaceModel)->engine() == (ModuleNetwork::is_there("openvino") ? "openvino" : "opencv"));
}

TEST_CASE("no bit of an answer depends on the number of threads, nor on what the engine did before") {
    if (!test::has_model()) return;
    const cv::Mat blob = noise(192, 320, 1), other = noise(64, 96, 2);
    const auto one = network("auto", kCenterfaceModel, 1);
    std::vector<cv::Mat> expected;
    for (const cv::Mat& map : one->run(blob)) expected.push_back(map.clone());
    for (const int threads : {0, 2, 3, 8}) {
        const auto some = network("auto", kCenterfaceModel, threads);
        some->run(other);
        const std::vector<cv::Mat> found = some->run(blob);
        REQUIRE(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) CHECK(std::memcmp(found[i].data, expected[i].data, found[i].total() * sizeof(float)) == 0);
    }
}

TEST_CASE("an engine that does not exist is named with those that do") {
    Options options;
    CHECK_THROWS_WITH_AS(set_option(options, "engine", "tpu"), doctest::Contains("opencv"), std::invalid_argument);
}
