#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "erase/background/moving_plates.hpp"
#include "erase/background/plate_estimate.hpp"
#include "erase/region/face_area.hpp"

namespace invisiblur {

/// What a first pass learns of a shot.
struct ShotRecord {
    std::int64_t start = 0;                    ///< index of its first frame
    std::shared_ptr<const PlateSource> plate;  ///< where the camera stands still; null where nothing is masked or known
    bool moving = false;  ///< the camera or what is behind the faces: each frame needs a plate of its own
    std::vector<Camera::Pose> poses;  ///< one a frame, where it moves and faces are masked
    Rect plate_area;  ///< where the plate was wanted
    std::vector<ReferenceFrame> references;   ///< spread over the shot, likewise; none where the memory for them is used up
};
using ShotRecords = std::shared_ptr<const std::vector<ShotRecord>>;

/// The plates of a video's shots, learned while its frames go by.
/// Order:   for each frame push(), and in the same order settle() once its faces are final; a frame is settled after it was pushed.
/// Memory:  a bounded number of pictures.
/// Threads: one thread at a time.
class ShotPlates {
public:
    enum class Use {
        records,  ///< a first pass: finish() gives what was learned of whole shots
        live,     ///< plates are asked for with current(), frame by frame
    };

    /// In: known, what a first pass over the same frames learned; null without one.
    /// first_frame, the number of the first frame that will be pushed; not 0 only with `known`.
    ShotPlates(const Options& options, const StreamShape& shape, Use use, ShotRecords known = nullptr, std::int64_t first_frame = 0);

    /// Takes the next frame. In: faces, as believed now; cut, a new shot begins with it.
    void push(const PicturePtr& picture, std::span<const TrackedFace> faces, bool cut);

    /// Says which faces the next frame has, for good.
    /// Returns: where its masks are decided and filled; empty where it has none.
    Rect settle(std::span<const TrackedFace> faces);

    /// Asks for a whole picture of what stands behind, of each shot in which a face is hidden, as soon as the shot has ended.
    /// The picture's unknown parts are closed smoothly. A moving camera's is that of its first frame.
    using Show = std::function<void(const Plate&)>;
    void show_plates(Show show) { show_ = std::move(show); }

    /// What was learned of each shot, all frames being settled.
    std::vector<ShotRecord> finish();

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
        std::shared_ptr<const Regions> regions;  ///< Picture::regions()
    };
    struct Shot {
        std::int64_t start = 0;
        PlateSampler sampler;
        std::vector<Camera::Pose> poses;
        std::int64_t moved_frames = 0;
        Rect needed;                               ///< of all its settled frames
        std::shared_ptr<const PlateSource> plate;  ///< as estimated last
        Rect plate_area;
        std::int64_t plate_at = -1;  ///< frame of that estimate

        bool moving() const;
        const Camera::Pose& pose_of(std::int64_t frame) const { return poses[static_cast<std::size_t>(frame - start)]; }
    };

    Camera::Pose pose_of_next(const PicturePtr& picture, std::span<const TrackedFace> faces, bool cut);
    const ShotRecord* record() const;
    void close_shot();
    std::int64_t picture_bytes() const;
    void keep_references(Shot& shot, ShotRecord& record);
    Plate whole_plate(const Shot& shot) const;
    std::vector<FaceArea> areas(std::span<const TrackedFace> faces, const Frame& frame) const;
    std::shared_ptr<const PlateSource> estimate(const Shot& shot, const Rect& area) const;
    std::shared_ptr<const PlateSource> still_plate(Shot& shot, const Rect& needed, const Believed& believed);
    std::shared_ptr<const PlateSource> moving_plate(const std::vector<ReferenceFrame>& far, const Believed& believed);
    void believe(PlateSample& sample, const Believed& believed) const;

    std::string kind_;
    int radius_px_;
    FaceAreas face_areas_;
    Use use_;
    ShotRecords known_;
    MovingPlates moving_plates_;
    ImageView like_;  ///< size and layout; no pixels
    std::shared_ptr<const PlateSource> from_file_;
    std::vector<ShotRecord> closed_;
    Show show_;
    std::int64_t reference_bytes_ = 0;  ///< of all closed shots
    std::deque<Shot> shots_;          ///< the front one holds the next frame to settle
    std::deque<Frame> unsettled_;
    Frame settled_frame_;
    std::vector<FaceArea> settled_areas_;
    std::unique_ptr<Camera> camera_;
    int camera_factor_ = 1;
    std::int64_t first_;
    std::int64_t pushed_;   ///< the next frame to push
    std::int64_t settled_;  ///< and to settle
};

}  // namespace invisiblur
