#pragma once
#include <memory>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// dlib's detector of frontal faces: histograms of oriented gradients under a linear classifier (Dalal and Triggs, CVPR 2005; trained
/// with max-margin object detection, King 2015). It shares nothing with the networks that find the faces: no model file, no learned
/// features. It sees upright faces from 80 pixels on, hardly ever takes anything else for one, and is blind to turned heads.
/// Units: score is the distance from the classifier's border, 0 to 1 (0: just a face; 1 and more: surely).
class HogDetector final : public Detector {
public:
    HogDetector();
    ~HogDetector() override;

    std::vector<Face> detect(const RgbView& picture) override;
    std::string name() const override;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// The shortest side of a face that HogDetector sees, pixels.
inline constexpr int kHogFacePx = 80;

}  // namespace invisiblur
