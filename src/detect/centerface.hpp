#pragma once
#include <string>

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
    cv::dnn::Net net_;
    std::vector<std::string> outputs_;
};

}  // namespace invisiblur
