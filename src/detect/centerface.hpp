#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "detect/network.hpp"
#include "invisiblur/detector.hpp"

namespace invisiblur {

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
