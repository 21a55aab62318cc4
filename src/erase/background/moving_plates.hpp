#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "erase/background/registered_plate.hpp"
#include "motion/camera.hpp"
#include "track/frame_window.hpp"

namespace invisiblur {

/// What a reference's halos show, by comparison with others. In: others, frames in the order of time; the reference may be one of them.
std::shared_ptr<const HaloScene> halo_scene_among(const ReferenceFrame& reference, std::span<const ReferenceFrame* const> others);

/// What a first pass makes up behind the faces of a shot whose camera moves, in its references, of each what the others do not show.
/// In: references, in the order of time; reach_px, how far around halos plates are wanted.
MadeUpPieces made_up_behind(std::span<const ReferenceFrame> references, int reach_px);

/// Plates for a moving camera: of one frame after the other, from the frames around it in a window.
/// Order:   plate() for frames whose areas are final, in order; those of frames after it are what is believed.
/// Memory:  the window's; of the key, the pictures it was made from.
/// Owns:    nothing of the window, which must live longer and hold the records of reach_frames() before the frame.
/// Threads: one thread at a time.
class MovingPlates {
public:
    /// In: all_final, faces of later frames are not only believed; reach_px, how far around halos plates are wanted; frame_rate, frames
    /// a second, 0 where it is not known.
    MovingPlates(FrameWindow& frames, bool all_final, int reach_px, double frame_rate);

    /// Whether a frame's picture is needed as long as its record is in the window.
    static bool is_reference(std::int64_t index);

    /// How many frames before the one whose plate is made are looked at. In: picture_bytes, what one picture takes.
    static std::int64_t reach_frames(std::int64_t picture_bytes);

    /// Says that a frame goes by, with a plate or without: what only frames before it needed is let go.
    void pass(std::int64_t index);

    /// In: target, a frame of the window; far, references from all over the shot; carried, what was made up of the shot, null where nothing is.
    std::unique_ptr<PlateSource> plate(std::int64_t target, const std::vector<ReferenceFrame>& far, CarriedScene* carried, std::int64_t picture_bytes);

private:
    std::vector<ReferenceFrame> references_around(std::int64_t target, std::int64_t picture_bytes);
    bool is_key(std::int64_t index) const { return index % key_frames_ == 0; }
    bool wants_look(const ReferenceFrame& reference, std::int64_t now) const;
    Keyed key_for(const ReferenceFrame& target, bool interlaced, std::span<const ReferenceFrame* const> all, CarriedScene* carried);
    std::vector<FaceArea> faces_of_group(const ReferenceFrame& target, const ReferenceFrame& key) const;

    FrameWindow& frames_;
    bool all_final_;
    int reach_px_;
    int key_frames_;  ///< of so many frames one is the key for the others
    /// A frame that is a key.
    struct Key {
        std::shared_ptr<const KeyBackground> plates;  ///< null for none
        std::int64_t index = -1;
        Camera::Pose pose = {};
    };
    Key key_, key_before_;
};

}  // namespace invisiblur
