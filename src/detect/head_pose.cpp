#include "detect/head_pose.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/calib3d.hpp>

namespace invisiblur {
namespace {

// A mean adult head, millimetres from the tip of the nose: right, down, away from the camera.
const std::vector<cv::Point3d> kHead{{-31, -34, 27}, {31, -34, 27}, {0, 0, 0}, {-26, 32, 24}, {26, 32, 24}};

cv::Matx33d camera_of(int width, int height) {
    const double focal = std::max(width, height);
    return {focal, 0, width / 2.0, 0, focal, height / 2.0, 0, 0, 1};
}

double degrees(double radians) {
    return radians * 180 / CV_PI;
}

cv::Matx33d rotation_of(const HeadPose& pose) {
    const double y = -pose.yaw * CV_PI / 180, p = pose.pitch * CV_PI / 180, r = pose.roll * CV_PI / 180;
    const cv::Matx33d yaw(std::cos(y), 0, std::sin(y), 0, 1, 0, -std::sin(y), 0, std::cos(y));
    const cv::Matx33d pitch(1, 0, 0, 0, std::cos(p), std::sin(p), 0, -std::sin(p), std::cos(p));
    const cv::Matx33d roll(std::cos(r), -std::sin(r), 0, std::sin(r), std::cos(r), 0, 0, 0, 1);
    return yaw * pitch * roll;
}

}  // namespace

std::optional<HeadPose> head_pose(const FacePoints& points, int width, int height) {
    std::vector<cv::Point2d> seen;
    for (const FacePoint& p : points) seen.emplace_back(p.x, p.y);
    const cv::Mat camera(camera_of(width, height));
    cv::Mat turn, shift, matrix;
    try {
        if (!cv::solvePnP(kHead, seen, camera, cv::noArray(), turn, shift, false, cv::SOLVEPNP_SQPNP)) return std::nullopt;
        cv::solvePnPRefineLM(kHead, seen, camera, cv::noArray(), turn, shift);
    } catch (const cv::Exception&) {
        return std::nullopt;  // points that lie on one another
    }
    if (!(shift.at<double>(2) > 0)) return std::nullopt;
    cv::Rodrigues(turn, matrix);
    const auto m = [&](int i, int j) { return matrix.at<double>(i, j); };
    const HeadPose pose{degrees(std::atan2(-m(0, 2), m(2, 2))), degrees(std::asin(std::clamp(m(1, 2), -1.0, 1.0))), degrees(std::atan2(m(1, 0), m(1, 1)))};
    const bool finite = std::isfinite(pose.yaw) && std::isfinite(pose.pitch) && std::isfinite(pose.roll);
    return finite ? std::optional(pose) : std::nullopt;
}

FacePoints projected_head(const HeadPose& pose, double distance_mm, int width, int height) {
    const cv::Matx33d turn = rotation_of(pose), camera = camera_of(width, height);
    FacePoints points;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const cv::Vec3d there = camera * (turn * cv::Vec3d(kHead[i].x, kHead[i].y, kHead[i].z) + cv::Vec3d(0, 0, distance_mm));
        points[i] = {static_cast<float>(there[0] / there[2]), static_cast<float>(there[1] / there[2])};
    }
    return points;
}

}  // namespace invisiblur
