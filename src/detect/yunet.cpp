#include "detect/yunet.hpp"

#include <algorithm>
#include <cmath>

#include "detect/model_file.hpp"
#include "detect/network_input.hpp"
#include "detect/suppression.hpp"

namespace invisiblur {
namespace {

// Below this its answers are texture more often than faces.
constexpr float kWeakestScore = 0.2F;
constexpr float kLargestLogSize = 6;  // exp(6) * 32 = 12,900 px: no larger face can be meant

enum Channel { kClass, kObjectness, kX, kY, kLogWidth, kLogHeight };

float sigmoid(float x) {
    return 1 / (1 + std::exp(-x));
}

/// Adds the faces that one of the output maps shows.
void read_map(const cv::Mat& map, int stride_px, const RgbView& picture, std::vector<Face>& faces) {
    const auto stride = static_cast<float>(stride_px);
    for (int y = 0; y < map.size[2]; ++y) {
        const auto at = [&](Channel channel, int x) { return map.ptr<float>(0, channel, y)[x]; };
        const auto size = [&](Channel channel, int x) { return std::exp(std::min(at(channel, x), kLargestLogSize)) * stride; };
        for (int x = 0; x < map.size[3]; ++x) {
            const float score = std::sqrt(sigmoid(at(kClass, x)) * sigmoid(at(kObjectness, x)));
            if (!(score > kWeakestScore)) continue;
            const float cx = (static_cast<float>(x) + at(kX, x)) * stride, cy = (static_cast<float>(y) + at(kY, x)) * stride;
            const Box box = box_within(picture, cx, cy, size(kLogWidth, x), size(kLogHeight, x));
            if (box.w > 1 && box.h > 1) faces.push_back({box, score});
        }
    }
}

}  // namespace

std::vector<Face> Yunet::detect(const RgbView& picture) {
    const cv::Mat input = network_input(picture);
    std::vector<Face> faces;
    for (const cv::Mat& map : network_->run(input)) read_map(map, input.size[3] / map.size[3], picture, faces);
    return suppress_overlaps(std::move(faces), kSameFaceIou);
}

std::string Yunet::name() const {
    return std::string("yunet sha256:") + kYunetModel.sha256 + ", run by " + network_->engine();
}

}  // namespace invisiblur
