#include "verify/hog_detector.hpp"

#include <algorithm>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#include <dlib/array2d.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/revision.h>
#pragma GCC diagnostic pop

namespace invisiblur {

struct HogDetector::Parts {
    dlib::frontal_face_detector detector = dlib::get_frontal_face_detector();
    dlib::array2d<unsigned char> gray;
};

HogDetector::HogDetector() : parts_(std::make_unique<Parts>()) {}
HogDetector::~HogDetector() = default;

std::vector<Face> HogDetector::detect(const RgbView& picture) {
    auto& gray = parts_->gray;
    gray.set_size(picture.height, picture.width);
    for (int y = 0; y < picture.height; ++y) {
        const std::uint8_t* rgb = picture.data + y * picture.stride_bytes;
        for (int x = 0; x < picture.width; ++x, rgb += 3) {
            gray[y][x] = static_cast<unsigned char>((rgb[0] * 77 + rgb[1] * 150 + rgb[2] * 29) >> 8);  // BT.601
        }
    }
    std::vector<dlib::rect_detection> found;
    parts_->detector(gray, found);
    std::vector<Face> faces;
    for (const dlib::rect_detection& one : found) {
        const auto side = [](long v) { return static_cast<float>(v); };
        const Box box{side(one.rect.left()), side(one.rect.top()), side(static_cast<long>(one.rect.width())),
                      side(static_cast<long>(one.rect.height()))};
        faces.push_back({box, std::clamp(static_cast<float>(one.detection_confidence), 0.0F, 1.0F)});
    }
    return faces;
}

std::string HogDetector::name() const {
    return "hog dlib " + std::to_string(DLIB_MAJOR_VERSION) + "." + std::to_string(DLIB_MINOR_VERSION);
}

}  // namespace invisiblur
