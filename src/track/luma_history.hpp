#pragma once
#include <cstdint>
#include <memory>

#include "motion/flow.hpp"
#include "track/frame_window.hpp"

namespace invisiblur {

/// Head and shoulders of a face, as one frame showed them. Owns: the frame's small picture, together with others.
struct Portrait {
    std::shared_ptr<const GrayImage> luma;
    Box face;
};

/// The luma of the last frames in a window, and flow between neighbours among them in either direction of time.
/// Units: boxes and shifts in source pixels.
/// Owns:  nothing; the window must live longer.
class LumaHistory {
public:
    LumaHistory(FrameWindow& frames, int luma_factor, int width, int height)
        : frames_(frames), begin_(frames.begin()), factor_(static_cast<float>(luma_factor)), width_(width), height_(height) {}

    /// Lets go of the luma of frames before this one; their records stay.
    void forget_before(std::int64_t frame);

    /// The first frame whose luma is there.
    std::int64_t begin() const { return begin_; }
    bool cut(std::int64_t frame) const { return frames_[frame].cut; }
    /// Whether nothing may be followed from a frame back to the one before: what a shot went over into is seen there already.
    bool cut_back(std::int64_t frame) const { return frames_[frame].cut && frames_[frame].mixed_before == 0; }

    /// Carries a box from a frame to a neighbour; no confidence across a cut.
    CarriedBox carry(std::int64_t from, std::int64_t to, const Box& box, float dx, float dy) const;

    Portrait portrait(std::int64_t frame, const Box& face) const;

    /// How alike a face and all of head and shoulders are to those of a portrait, whatever the light: in [-1, 1], 0 where nothing can be
    /// compared. Clothes and the head's outline stay when a head turns or is half covered; a place that was left shows neither.
    struct Likeness {
        float face = 0, shoulders = 0;
    };
    Likeness likeness(const Portrait& portrait, std::int64_t frame, const Box& face) const;

    /// How alike a face alone is to that of a portrait.
    float alike(const Portrait& portrait, std::int64_t frame, const Box& face) const;

    /// Looks for a portrait's face near a place; reach in sizes of the box, as find_content() has it.
    CarriedBox find(const Portrait& portrait, std::int64_t frame, const Box& near, float reach) const;

    /// The part of a box that lies in the picture, in [0, 1].
    float visible_part(const Box& box) const;

    /// Whether a box reaches to within `near_px` of the picture's border, or over it.
    bool at_border(const Box& box, float near_px) const;

private:
    FrameWindow& frames_;
    std::int64_t begin_;
    float factor_;
    int width_;
    int height_;
};

}  // namespace invisiblur
