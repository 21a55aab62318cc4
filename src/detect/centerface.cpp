#include "detect/centerface.hpp"

#include <algorithm>
#include <cmath>

#include "detect/model_file.hpp"
#include "detect/network_input.hpp"
#include "detect/suppression.hpp"

namespace invisiblur {
namespace {

// Below this the heat map is noise on textured background; the tracker uses nothing weaker.
constexpr float kWeakestScore = 0.12F;
constexpr int kStride = 4;
constexpr float kLargestLogSize = 8;  // exp(8) * 4 = 11,900 px: no larger face can be meant

}  // namespace

CenterfaceBox::CenterfaceBox(const std::vector<cv::Mat>& maps, int x, int y) {
    const cv::Mat &scale = maps[kScaleMap], &offset = maps[kOffsetMap];
    height = std::exp(std::min(scale.ptr<float>(0, 0, y)[x], kLargestLogSize)) * kStride;
    width = std::exp(std::min(scale.ptr<float>(0, 1, y)[x], kLargestLogSize)) * kStride;
    centre_y = (static_cast<float>(y) + offset.ptr<float>(0, 0, y)[x] + 0.5F) * kStride;
    centre_x = (static_cast<float>(x) + offset.ptr<float>(0, 1, y)[x] + 0.5F) * kStride;
}

std::vector<Face> Centerface::detect(const RgbView& picture) {
    const std::vector<cv::Mat> maps = network_->run(network_input(picture));
    const cv::Mat& heat = maps[kHeatMap];
    std::vector<Face> faces;
    for (int y = 0; y < heat.size[2]; ++y) {
        const float* row = heat.ptr<float>(0, 0, y);
        for (int x = 0; x < heat.size[3]; ++x) {
            if (!(row[x] > kWeakestScore)) continue;
            const CenterfaceBox found(maps, x, y);
            const Box box = box_within(picture, found.centre_x, found.centre_y, found.width, found.height);
            if (box.w > 1 && box.h > 1) faces.push_back({box, std::min(row[x], 1.0F)});
        }
    }
    return suppress_overlaps(std::move(faces), kSameFaceIou);
}

std::string Centerface::name() const {
    return std::string("centerface sha256:") + kCenterfaceModel.sha256 + ", run by " + network_->engine();
}

}  // namespace invisiblur
