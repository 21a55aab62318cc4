#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "motion/flow.hpp"
#include "track/tracker.hpp"

namespace invisiblur {

/// Head and shoulders of a face, as one frame showed them. Owns: the frame's small picture, together with others.
struct Portrait {
    std::shared_ptr<const GrayImage> luma;
    Box face;
};

/// The small pictures of the last frames, and flow between neighbours among them in either direction of time.
/// Units: frames count as the tracker's; boxes and shifts in source pixels.
class LumaHistory {
public:
    LumaHistory(int luma_factor, int width, int height) : factor_(static_cast<float>(luma_factor)), width_(width), height_(height) {}

    void push(std::shared_ptr<const GrayImage> luma, std::int64_t pts, bool cut);
    void forget_before(std::int64_t frame);

    std::int64_t begin() const { return begin_; }
    std::int64_t end() const { return begin_ + static_cast<std::int64_t>(frames_.size()); }
    std::int64_t pts(std::int64_t frame) const { return frames_[static_cast<std::size_t>(frame - begin_)].pts; }
    bool cut(std::int64_t frame) const { return frames_[static_cast<std::size_t>(frame - begin_)].cut; }

    /// Carries a box from a frame to a neighbour; no confidence across a cut.
    CarriedBox carry(std::int64_t from, std::int64_t to, const Box& box, float dx, float dy) const;

    Portrait portrait(std::int64_t frame, const Box& face) const;

    /// How alike a face and all of head and shoulders are to those of a portrait, whatever the light: in [-1, 1], 0 where nothing can be
    /// compared. Clothes and the head's outline stay when a head turns or is half covered; a place that was left shows neither.
    struct Likeness {
        float face = 0, shoulders = 0;
    };
    Likeness likeness(const Portrait& portrait, std::int64_t frame, const Box& face) const;

    /// The part of a box that lies in the picture, in [0, 1].
    float visible_part(const Box& box) const;

    /// Whether a box reaches to within `near_px` of the picture's border, or over it.
    bool at_border(const Box& box, float near_px) const;

private:
    struct Frame {
        std::shared_ptr<const GrayImage> luma;
        std::int64_t pts;
        bool cut;
    };
    std::deque<Frame> frames_;
    std::int64_t begin_ = 0;
    float factor_;
    int width_;
    int height_;
};

}  // namespace invisiblur
