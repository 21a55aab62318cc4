#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "erase/face_area.hpp"
#include "erase/plate_estimate.hpp"
#include "track/camera.hpp"

namespace invisiblur {

/// The plates of a video's shots, learned while its frames go by.
/// Order:   for each frame push(), and in the same order settle() once its faces are final; a frame is settled after it was pushed.
/// Memory:  a bounded number of pictures.
/// Threads: one thread at a time.
class ShotPlates {
public:
    /// In: live, plates are asked for with current() frame by frame; else with finish() for whole shots.
    ShotPlates(const Options& options, const StreamShape& shape, bool live);

    /// Takes the next frame. In: faces, as believed now; cut, a new shot begins with it.
    void push(const PicturePtr& picture, std::span<const TrackedFace> faces, bool cut);

    /// Says which faces the next frame has, for good.
    /// Returns: where its masks are decided and filled; empty where it has none.
    Rect settle(std::span<const TrackedFace> faces);

    /// The shots so far: indices of their first frames.
    const std::vector<std::int64_t>& shot_starts() const { return shot_starts_; }

    /// The plate of each shot, all frames being settled; null where nothing is masked or known, and where the camera moves.
    std::vector<std::shared_ptr<const PlateSource>> finish();

    /// Whether the camera moves in a shot that needs a plate; known after finish().
    bool moves() const { return moves_; }

    /// A plate for `needed`, a part of the frame settled last, from what was seen up to now; null where nothing is known.
    /// In: faces of frames that are pushed and not settled, as believed now.
    using Believed = std::function<std::vector<TrackedFace>(std::int64_t)>;
    std::shared_ptr<const PlateSource> current(const Rect& needed, const Believed& believed);

private:
    struct Frame {
        PicturePtr picture;  ///< live only
        std::int64_t pts = 0;
        bool interlaced = false;
        Camera::Pose pose;
    };
    struct Shot {
        std::int64_t start = 0;
        PlateSampler sampler;
        bool moving = false;
        int stretch = 0;
        Rect needed;                               ///< of all its settled frames
        std::shared_ptr<const PlateSource> plate;  ///< as estimated last
        Rect plate_area;
        std::int64_t plate_at = -1;  ///< frame of that estimate
    };
    struct Neighbour {
        PlateSample sample;
        Camera::Pose pose;
    };

    Camera::Pose watch_camera(const PicturePtr& picture, std::span<const TrackedFace> faces, bool cut);
    void close_shot();
    std::vector<FaceArea> areas(std::span<const TrackedFace> faces, const Frame& frame) const;
    std::shared_ptr<const PlateSource> estimate(const Shot& shot, const Rect& area) const;
    std::shared_ptr<const PlateSource> still_plate(Shot& shot, const Rect& needed, const Believed& believed);
    std::shared_ptr<const PlateSource> moving_plate(const Believed& believed);
    void believe(PlateSample& sample, const Believed& believed) const;

    std::string kind_;
    int radius_px_;
    FaceAreas face_areas_;
    bool live_;
    ImageView like_;  ///< size and layout; no pixels
    std::shared_ptr<const PlateSource> from_file_;
    std::vector<std::int64_t> shot_starts_;
    std::vector<std::shared_ptr<const PlateSource>> closed_;
    std::deque<Shot> shots_;  ///< the front one holds the next frame to settle
    std::deque<Frame> unsettled_;
    std::deque<Neighbour> window_;  ///< frames around the one settled last, for a moving camera
    Frame settled_frame_;
    std::vector<FaceArea> settled_areas_;
    std::unique_ptr<Camera> camera_;
    int camera_factor_ = 1;
    bool moves_ = false;
    std::int64_t pushed_ = 0;
    std::int64_t settled_ = 0;
};

}  // namespace invisiblur
