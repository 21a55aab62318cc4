#include "detect/centerface.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/dnn.hpp>

#include "detect/detection_size.hpp"
#include "detect/model_file.hpp"
#include "detect/suppression.hpp"

namespace invisiblur {
namespace {

// Below this the heat map is noise on textured background; the tracker uses nothing weaker.
constexpr float kWeakestScore = 0.12F;
// Two real faces overlap less than this even in a crowd; answers for one face overlap more.
constexpr float kSameFaceIou = 0.35F;
constexpr int kStride = 4;
constexpr float kLargestLogSize = 8;  // exp(8) * 4 = 11,900 px: no larger face can be meant

int padded(int length) {
    return std::max(kNetworkGridPx, (length + kNetworkGridPx - 1) / kNetworkGridPx * kNetworkGridPx);
}

cv::Mat input_blob(const RgbView& picture) {
    // The view is const; OpenCV's header type is not, but blobFromImage only reads.
    const cv::Mat rgb(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.data),
                      static_cast<std::size_t>(picture.stride_bytes));
    const int width = padded(picture.width), height = padded(picture.height);
    if (width == picture.width && height == picture.height) return cv::dnn::blobFromImage(rgb);
    cv::Mat whole;
    cv::copyMakeBorder(rgb, whole, 0, height - picture.height, 0, width - picture.width, cv::BORDER_CONSTANT);
    return cv::dnn::blobFromImage(whole);
}

/// The box at one place of the output maps, held within the picture.
Box decode(const cv::Mat& scale, const cv::Mat& offset, int x, int y, const RgbView& picture) {
    const float height = std::exp(std::min(scale.ptr<float>(0, 0, y)[x], kLargestLogSize)) * kStride;
    const float width = std::exp(std::min(scale.ptr<float>(0, 1, y)[x], kLargestLogSize)) * kStride;
    const float cy = (static_cast<float>(y) + offset.ptr<float>(0, 0, y)[x] + 0.5F) * kStride;
    const float cx = (static_cast<float>(x) + offset.ptr<float>(0, 1, y)[x] + 0.5F) * kStride;
    const float x0 = std::max(0.0F, cx - width / 2), y0 = std::max(0.0F, cy - height / 2);
    const float x1 = std::min(static_cast<float>(picture.width), cx + width / 2);
    const float y1 = std::min(static_cast<float>(picture.height), cy + height / 2);
    return {x0, y0, x1 - x0, y1 - y0};
}

}  // namespace

std::vector<Face> Centerface::detect(const RgbView& picture) {
    const std::vector<cv::Mat> maps = network_->run(input_blob(picture));
    const cv::Mat &heat = maps[0], &scale = maps[1], &offset = maps[2];
    std::vector<Face> faces;
    for (int y = 0; y < heat.size[2]; ++y) {
        const float* row = heat.ptr<float>(0, 0, y);
        for (int x = 0; x < heat.size[3]; ++x) {
            if (!(row[x] > kWeakestScore)) continue;
            const Box box = decode(scale, offset, x, y, picture);
            if (box.w > 1 && box.h > 1) faces.push_back({box, std::min(row[x], 1.0F)});
        }
    }
    return suppress_overlaps(std::move(faces), kSameFaceIou);
}

std::string Centerface::name() const {
    return std::string("centerface sha256:") + kCenterfaceSha256;
}

}  // namespace invisiblur
