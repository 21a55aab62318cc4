#pragma once
#include <string>
#include <vector>

#include <opencv2/dnn.hpp>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// CenterFace (Xu et al., 2019): one network at stride 4 that gives each face's centre, size and landmarks.
/// Takes a picture of any size; it is padded on the right and below to multiples of 32, never distorted.
class Centerface final : public Detector {
public:
    /// Errors: std::runtime_error where OpenCV cannot read the file.
    explicit Centerface(const std::string& model_path);

    std::vector<Face> detect(const RgbView& picture) override;
    std::string name() const override;

private:
    /// The network for one input size. OpenCV 4.6 gives wrong answers when one network sees pictures of several sizes.
    struct Sized {
        int width;
        int height;
        cv::dnn::Net net;
    };
    cv::dnn::Net& net_for(int width, int height);

    std::string model_path_;
    std::vector<Sized> nets_;  ///< the one used last stands first
};

}  // namespace invisiblur
