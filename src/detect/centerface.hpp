#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "detect/network.hpp"
#include "invisiblur/detector.hpp"

namespace invisiblur {

/// The network's outputs, in their order.
enum CenterfaceMap : std::size_t { kHeatMap, kScaleMap, kOffsetMap, kLandmarkMap };

/// A face at one place of the network's output maps. Units: pixels of its input.
struct CenterfaceBox {
    float centre_x = 0, centre_y = 0, width = 0, height = 0;

    CenterfaceBox(const std::vector<cv::Mat>& maps, int x, int y);
};

/// CenterFace (Xu et al., 2019): one network at stride 4 that gives each face's centre, size and landmarks.
/// Takes a picture of any size; it is padded on the right and below to multiples of 32, never distorted.
class Centerface final : public Detector {
public:
    explicit Centerface(std::unique_ptr<Network> network) : network_(std::move(network)) {}

    std::vector<Face> detect(const RgbView& picture) override;
    std::string name() const override;

private:
    std::unique_ptr<Network> network_;
};

}  // namespace invisiblur
