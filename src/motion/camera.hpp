#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "image/image_view.hpp"

namespace invisiblur {

/// A plane projective map, row by row; (x, y, 1) times it, divided by the third coordinate. Units: source pixels.
struct Homography {
    std::array<double, 9> m{1, 0, 0, 0, 1, 0, 0, 0, 1};

    bool operator==(const Homography&) const = default;
    bool is_identity() const { return *this == Homography{}; }
};

Homography operator*(const Homography& a, const Homography& b);
Homography inverse(const Homography& h);

struct Point {
    double x = 0, y = 0;
};
Point apply(const Homography& h, Point p);

/// Source pixels per pixel of the gray pictures in which a camera's motion shows, for a picture so wide.
int camera_luma_factor(int width);

/// Where the camera looks, frame by frame: the map from each frame to the shot's first one. A stretch ends at a cut and where the motion cannot be told
/// (too little texture, nothing rigid); there the map goes on by the best guess.
/// Method:  Lucas-Kanade on corners outside all cores against a key frame, so that no error adds up while the scene stays in view;
///          of standing still, a similarity and a homography (RANSAC) the simplest that explains the corners as well.
/// Faces take no part: pixels of cores are blanked in both pictures before anything is measured. Persons take none either, as long as
///          there is anything else to be seen: somebody who sways before a bare wall has all the corners.
/// Threads: one thread at a time.
class Camera {
public:
    /// In: factor, source pixels per pixel of the gray pictures.
    explicit Camera(int factor) : factor_(factor) {}

    struct Pose {
        int stretch = 0;      ///< counts up; between poses of different stretches a part of the motion is only guessed
        Homography to_start;  ///< from this frame to the first one since the last cut
    };

    /// Takes the next frame.
    /// In: luma, a block mean by `factor`, one size each time; cores in its pixels, rounded outward; persons, likewise, where heads and bodies are.
    Pose push(const GrayImage& luma, std::span<const Rect> cores, bool cut, std::span<const Rect> persons = {});

private:
    struct Key {
        GrayImage luma;
        std::vector<Rect> hidden;    ///< cores, and the persons that take no part
        bool beside_persons = false;
        std::vector<float> corners;  ///< x, y, x, y, …
        Pose pose;
    };

    void make_key(GrayImage luma, std::span<const Rect> cores, std::span<const Rect> persons, const Pose& pose);

    int factor_;
    int stretch_ = -1;
    Key key_;
    Homography last_;  ///< from the key frame to the frame pushed last, in small pixels
    Pose last_pose_;
};

}  // namespace invisiblur
