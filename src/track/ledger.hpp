#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "track/tracker.hpp"
#include "track/tracklet.hpp"

namespace invisiblur {

/// What is final: the faces of each frame, and the places that a person should look at. Nothing in it changes any more.
class Ledger {
public:
    /// The first frame that is not final.
    std::int64_t end() const { return begin_ + static_cast<std::int64_t>(frames_.size()); }

    void add(std::int64_t pts, std::vector<TrackedFace> faces);
    void note(const Tracker::Doubt& doubt) { doubts_.push_back(doubt); }
    const std::vector<TrackedFace>& faces(std::int64_t frame) const { return frames_.at(static_cast<std::size_t>(frame - begin_)).faces; }
    void forget_before(std::int64_t frame);

    std::vector<Track> tracks() const;
    const std::vector<Tracker::Doubt>& doubts() const { return doubts_; }

private:
    struct Frame {
        std::int64_t pts;
        std::vector<TrackedFace> faces;
    };
    std::deque<Frame> frames_;
    std::int64_t begin_ = 0;
    std::vector<Tracker::Doubt> doubts_;
};

}  // namespace invisiblur
