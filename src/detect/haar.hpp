#pragma once
#include <string>

#include <opencv2/objdetect.hpp>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// OpenCV's boosted cascades (Viola and Jones, 2001): frontal, profile and mirrored profile. Needs no network file,
/// finds far less than CenterFace; used only when asked for by name.
class Haar final : public Detector {
public:
    /// In:     folder of the cascade files; min_face_px, the smallest face in pixels of the pictures to come.
    /// Errors: std::runtime_error where a cascade is missing or unreadable.
    Haar(const std::string& folder, int min_face_px);

    std::vector<Face> detect(const RgbView& picture) override;
    std::string name() const override { return "haar"; }

private:
    cv::CascadeClassifier frontal_;
    cv::CascadeClassifier profile_;
    int min_face_px_;
};

/// Where Debian's package opencv-data puts the cascades.
/// Errors: std::runtime_error where there is no such folder.
std::string cascade_folder();

}  // namespace invisiblur
