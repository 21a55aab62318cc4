#pragma once
#include <algorithm>
#include <utility>

#include "base/geometry.hpp"
#include "track/face_area.hpp"

namespace invisiblur {

/// Lengths in parts of the stature.
/// Source: Drillis and Contini (1966), as in Winter, Biomechanics and Motor Control of Human Movement (2009), chapter 4.
struct BodyParts {
    static constexpr double kChinHeight = 0.870, kShoulderHeight = 0.818;
    static constexpr double kHalfShoulders = 0.129;
    static constexpr double kArm = 0.186 + 0.146 + 0.108;  ///< upper arm, forearm, hand
    /// A head is 0.130 statures high, and a face from the hairline down four fifths of that.
    static constexpr double kFace = 0.104;
    /// Below the chin: shoes, feet that are nearer to a camera which looks down, and the shadow at them.
    static constexpr double kBelow = kChinHeight + 0.13;
    static constexpr double kAbove = kShoulderHeight + kArm - kChinHeight;
    static constexpr double kBeside = kHalfShoulders + kArm;
};

/// How far from a face the rest of its person can be, whatever the limbs do. What lies farther away is somebody or something else. Who sits or bends is
/// nearer together, never farther apart.
/// In:      face, the detector's box, from the hairline to the chin.
/// Returns: a box in pixels, not clipped.
inline Box body_reach(const Box& face, Chin chin) {
    const bool lies = chin == Chin::left || chin == Chin::right;
    const double stature = (lies ? face.w : face.h) / BodyParts::kFace;
    const auto below = static_cast<float>(BodyParts::kBelow * stature), along = static_cast<float>((BodyParts::kBelow + BodyParts::kAbove) * stature);
    const auto across = static_cast<float>(2 * BodyParts::kBeside * stature);
    const float middle_x = face.x + face.w / 2, middle_y = face.y + face.h / 2;
    switch (chin) {
        case Chin::left: return {face.x - below, middle_y - across / 2, along, across};
        case Chin::right: return {face.x + face.w + below - along, middle_y - across / 2, along, across};
        case Chin::up: return {middle_x - across / 2, face.y - below, across, along};
        case Chin::down: break;
    }
    return {middle_x - across / 2, face.y + face.h + below - along, across, along};
}

/// Where in its reach (FaceArea::body) a body most likely is: a column from the chin down that widens from the shoulders to the elbows.
/// Units: pixels of the picture; half-open; not clipped.
class BodyReach {
public:
    /// In: face, whose body goes.
    explicit BodyReach(const FaceArea& face)
        : body_(face.body), chin_(face.chin), lies_(face.lies()),
          stature_((lies_ ? body_.width() : body_.height()) / (BodyParts::kBelow + BodyParts::kAbove)) {}

    double stature_px() const { return stature_; }

    /// The border's pixels beyond which the head lies, where it is outside a picture: there the body comes in.
    bool comes_in_at(int x, int y, const Rect& picture) const {
        const int along = static_cast<int>(BodyParts::kAbove * stature_);
        const int chin_x = lies_ ? (chin_ == Chin::left ? body_.x1 - along : body_.x0 + along) : (body_.x0 + body_.x1) / 2;
        const int chin_y = lies_ ? (body_.y0 + body_.y1) / 2 : (chin_ == Chin::up ? body_.y1 - along : body_.y0 + along);
        return (chin_x <= picture.x0 && x == picture.x0) || (chin_x >= picture.x1 && x == picture.x1 - 1) || (chin_y <= picture.y0 && y == picture.y0) ||
               (chin_y >= picture.y1 && y == picture.y1 - 1);
    }

    /// The pixels of a row in the column: from the first on, before the second.
    std::pair<int, int> row(int y) const {
        if (y < body_.y0 || y >= body_.y1) return {0, 0};
        if (!lies_) {
            const int middle = (body_.x0 + body_.x1) / 2, half = half_width(chin_ == Chin::up ? body_.y1 - 1 - y : y - body_.y0);
            return {middle - half, middle + half};
        }
        const int beside = std::abs(y - (body_.y0 + body_.y1) / 2), first = along_where(beside);
        if (first < 0) return {0, 0};
        return chin_ == Chin::left ? std::pair{body_.x0, body_.x1 - first} : std::pair{body_.x0 + first, body_.x1};
    }

private:
    /// A forearm away from the shoulders' width: elbows out, and hands in the lap.
    static constexpr double kHalfColumn = BodyParts::kHalfShoulders + 0.146;

    // Along the body, from the reach's far end above the head on.
    int half_width(int along) const {
        const double below_chin = along - BodyParts::kAbove * stature_;
        return below_chin < 0 ? 0 : static_cast<int>(std::min(BodyParts::kHalfShoulders * stature_ + below_chin, kHalfColumn * stature_));
    }
    /// Where the column becomes so wide; -1 where it never does.
    int along_where(int half) const {
        if (half >= kHalfColumn * stature_) return -1;
        return static_cast<int>(BodyParts::kAbove * stature_ + std::max(0.0, half - BodyParts::kHalfShoulders * stature_)) + 1;
    }

    Rect body_;
    Chin chin_;
    bool lies_;
    double stature_;
};

}  // namespace invisiblur
