#pragma once
#include <array>
#include <optional>

namespace invisiblur {

struct FacePoint {
    float x = 0, y = 0;
};

/// The eyes' middles, the tip of the nose and the corners of the mouth, left ones first as the viewer sees them.
using FacePoints = std::array<FacePoint, 5>;

/// Where a head faces. Units: degrees; all 0 where it looks into the camera; yaw grows to the viewer's right, pitch upwards, roll clockwise.
struct HeadPose {
    double yaw = 0, pitch = 0, roll = 0;
};

/// A head's pose from its points in an upright picture, for a camera whose focal length is the picture's longer side, and a mean head.
/// Method:  perspective from five points (Terzakis and Lourakis, SQPnP, ECCV 2020), refined by Levenberg and Marquardt. Good to some degrees: one
///          mean head stands for all.
/// Returns: nothing where the points fit no head in front of the camera.
/// Threads: safe.
std::optional<HeadPose> head_pose(const FacePoints& points, int width, int height);

/// The points of a mean head of this pose, `distance` focal lengths of 1 mm away; the way back of head_pose(), for tests.
FacePoints projected_head(const HeadPose& pose, double distance_mm, int width, int height);

}  // namespace invisiblur
