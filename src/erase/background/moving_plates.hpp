#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "erase/background/registered_plate.hpp"
#include "motion/camera.hpp"

namespace invisiblur {

/// A frame as a reference for others of its shot, with the camera's pose.
struct ReferenceFrame {
    PlateSample sample;
    Camera::Pose pose;
};

/// What a reference's halos show, by comparison with others. In: others, frames in the order of time; the reference may be one of them.
std::shared_ptr<const HaloScene> halo_scene_among(const ReferenceFrame& reference, std::span<const ReferenceFrame* const> others);

/// Plates for a moving camera: of one frame after the other, from the frames around it that are kept here.
/// Order:   push() each frame; settle() each once its faces are final; plate() for the one settled last.
/// Memory:  a bounded number of pictures.
/// Threads: one thread at a time.
class MovingPlates {
public:
    /// In: all_final, faces of later frames are not only believed; reach_px, how far around halos plates are wanted; frame_rate, frames
    /// a second, 0 where it is not known.
    MovingPlates(bool all_final, int reach_px, double frame_rate);

    void push(const PicturePtr& picture, std::int64_t index, const Camera::Pose& pose);
    /// In: picture_bytes, what one picture takes.
    void settle(std::int64_t index, const std::vector<FaceArea>& areas, std::int64_t picture_bytes);

    /// A frame that is not settled, as it is believed to be now.
    struct Coming {
        std::vector<FaceArea> areas;
        Camera::Pose pose;
        bool interlaced = false;
    };
    using Later = std::function<std::optional<Coming>(std::int64_t)>;

    /// In: target, the frame settled last; far, references from all over the shot; later, of frames that are pushed and not settled; none for others.
    std::unique_ptr<PlateSource> plate(ReferenceFrame target, bool interlaced, const std::vector<ReferenceFrame>& far, const Later& later);

private:
    void look_into_halos(ReferenceFrame& reference, std::int64_t now) const;
    std::shared_ptr<const HaloScene> halo_scene_in_window(const ReferenceFrame& reference) const;
    std::shared_ptr<const HaloScene> halo_scene_of(const ReferenceFrame& target) const;
    Keyed key_for(const ReferenceFrame& target, bool interlaced, std::span<const ReferenceFrame* const> all, const Later& later);
    std::vector<FaceArea> faces_of_group(const ReferenceFrame& target, bool interlaced, const ReferenceFrame& key, const Later& later) const;

    bool all_final_;
    int reach_px_;
    int key_frames_;  ///< of so many frames one is the key for the others
    std::deque<ReferenceFrame> window_;            ///< frames around the one settled last
    std::shared_ptr<const KeyBackground> key_;  ///< of the frame key_index_
    std::int64_t key_index_ = -1;
};

}  // namespace invisiblur
