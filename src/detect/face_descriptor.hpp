#pragma once
#include <array>
#include <memory>

#include "detect/network.hpp"
#include "invisiblur/detector.hpp"

namespace invisiblur {

/// Where a face lies among all faces: near for one person's faces, far for two persons'. It identifies a person, so it stays in memory: nothing
/// writes or logs it.
using FaceDescriptor = std::array<float, 128>;

/// The Euclidean distance. dlib's own rule, learned with the network: below 0.6 one person's.
double distance(const FaceDescriptor& a, const FaceDescriptor& b);

/// Describes faces by dlib's residual network (King, 2017), run by the engine that runs the detector.
/// Threads: one thread at a time.
class FaceDescriber {
public:
    /// Errors: std::runtime_error where the model is missing, the sentence says how to get it; as make_network().
    explicit FaceDescriber(const Options& options);

    /// In:     chip, kChipPx x kChipPx, an upright face cut out by its eyes and nose.
    /// Errors: std::runtime_error when the network fails.
    FaceDescriptor describe(const RgbView& chip);

    static constexpr int kChipPx = 150;

private:
    std::unique_ptr<Network> network_;
};

}  // namespace invisiblur
