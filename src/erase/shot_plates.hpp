#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "erase/face_area.hpp"
#include "erase/plate_estimate.hpp"

namespace invisiblur {

/// The plates of a video's shots, learned while its frames go by.
/// Order:   for each frame push(), and in the same order settle() once its faces are final; a frame is settled after it was pushed.
/// Memory:  a bounded number of pictures.
/// Threads: one thread at a time.
class ShotPlates {
public:
    /// In: live, plates are asked for with current() and those of past shots are not kept for finish().
    ShotPlates(const Options& options, const StreamShape& shape, bool live);

    /// Takes the next frame. In: cut, a new shot begins with it.
    void push(const PicturePtr& picture, bool cut);

    /// Says which faces the next frame has, for good.
    /// Returns: where its masks are decided and filled; empty where it has none.
    Rect settle(std::span<const TrackedFace> faces);

    /// The shots so far: indices of their first frames.
    const std::vector<std::int64_t>& shot_starts() const { return shot_starts_; }

    /// The plate of each shot whose frames are all settled, and at the end of all; null where nothing is masked or known.
    std::vector<std::shared_ptr<const PlateSource>> finish();

    /// A plate for `needed`, a part of the frame settled last, from what was seen up to now; null where nothing is known.
    /// In: faces of frames that are pushed and not settled, as believed now.
    std::shared_ptr<const PlateSource> current(const Rect& needed, const std::function<std::vector<TrackedFace>(std::int64_t)>& believed);

private:
    struct Frame {
        std::int64_t pts = 0;
        bool interlaced = false;
    };
    struct Shot {
        std::int64_t start = 0;
        PlateSampler sampler;
        Rect needed;                               ///< of all its settled frames
        std::shared_ptr<const PlateSource> plate;  ///< as estimated last
        Rect plate_area;
        std::int64_t plate_at = -1;  ///< frame of that estimate
    };

    void close_shot();
    std::vector<FaceArea> areas(std::span<const TrackedFace> faces, const Frame& frame) const;
    std::shared_ptr<const PlateSource> estimate(const Shot& shot, const Rect& area) const;
    void load_file(const PicturePtr& picture);

    std::string kind_;
    int radius_px_;
    FaceAreas face_areas_;
    ImageView like_;  ///< size and layout; no pixels
    std::shared_ptr<const PlateSource> from_file_;
    std::vector<std::int64_t> shot_starts_;
    std::vector<std::shared_ptr<const PlateSource>> closed_;
    std::deque<Shot> shots_;  ///< the front one holds the next frame to settle
    std::deque<Frame> unsettled_;
    std::int64_t pushed_ = 0;
    std::int64_t settled_ = 0;
    bool live_;
};

}  // namespace invisiblur
