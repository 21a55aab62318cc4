#pragma once
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "detect/head_pose.hpp"
#include "detect/network.hpp"
#include "image/picture.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur {

/// A face's five points. Units: pixels of the coded picture; score in [0, 1], how surely there is a face.
struct SeenPoints {
    FacePoints points;
    float score = 0;
};

/// Finds the points of faces whose place is known: CenterFace's landmarks (Xu et al., 2019), looked for in an upright tile around each.
/// Threads: one thread at a time.
class FacePointFinder {
public:
    /// In: options, of which engine, threads and, for centerface, the model count.
    /// Errors: as make_detector().
    explicit FacePointFinder(const Options& options);

    /// In: boxes, in pixels of the coded picture; rotation_degrees, clockwise, that turn it upright.
    /// Returns: for each box; nothing where the network sees no face there: a head turned away, blur, darkness.
    std::vector<std::optional<SeenPoints>> find(const Picture& picture, std::span<const Box> boxes, int rotation_degrees) const;

private:
    std::unique_ptr<Network> network_;
};

}  // namespace invisiblur
