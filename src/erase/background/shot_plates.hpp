#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "erase/background/moving_plates.hpp"
#include "erase/background/plate_estimate.hpp"
#include "erase/background/still_scene.hpp"
#include "erase/region/face_area.hpp"
#include "erase/region/letterbox.hpp"

namespace invisiblur {

/// What a first pass learns of a shot.
struct ShotRecord {
    std::int64_t start = 0;                    ///< index of its first frame
    std::shared_ptr<const PlateSource> plate;  ///< where the camera stands still; null where nothing is masked or known
    bool moving = false;  ///< the camera or what is behind the faces: each frame needs a plate of its own
    std::vector<Camera::Pose> poses;  ///< one a frame, where it moves and faces are masked
    Rect plate_area;  ///< where the plate was wanted
    std::shared_ptr<const Letterbox> letterbox;  ///< null for none
    MadeUpPieces pieces;  ///< what was made up behind the faces, likewise, in some of the references
    std::vector<ReferenceFrame> references;   ///< spread over the shot, likewise; none where the memory for them is used up
};
using ShotRecords = std::shared_ptr<const std::vector<ShotRecord>>;

/// The plates of a video's shots, learned while its frames go by. Fills in pose, areas, plate and letterbox of a window's records.
/// Order:   push() after each record that the window got; in the same order settle() each once its faces are final, and plate() after that.
/// Memory:  a bounded number of pictures.
/// Owns:    nothing of the window, which must live longer and hold the records from kept_from() on.
/// Threads: one thread at a time.
class ShotPlates {
public:
    enum class Use {
        records,  ///< a first pass: finish() gives what was learned of whole shots
        live,     ///< plates are asked for frame by frame
    };

    /// In: known, what a first pass over the same frames learned; null without one. Only with it the window may begin elsewhere than at 0.
    ShotPlates(const Options& options, const StreamShape& shape, Use use, FrameWindow& frames, ShotRecords known = nullptr);

    /// Takes the window's last record, with its picture, its cut and its faces as they are believed to be.
    void push();

    /// Fills in the areas of a record by the faces that it has.
    void fill_areas(FrameRecord& record) const;

    /// Takes the next frame's record, whose faces are final.
    /// Returns: where its masks are decided and filled; empty where it has none.
    Rect settle(std::int64_t index);

    /// Gives the record of the frame settled last its plate for `needed`, from what was seen up to now.
    /// Order: the records after it have the areas that they are believed to have.
    void make_plate(const Rect& needed);

    /// The first frame whose record is still looked at.
    std::int64_t kept_from() const;

    /// Whether a settled frame's picture is looked at as long as its record is in the window.
    bool keeps_picture(std::int64_t index) const { return use_ == Use::live && kind_ == "auto" && MovingPlates::is_reference(index); }

    /// Asks for a whole picture of what stands behind, of each shot in which a face is hidden, as soon as the shot has ended.
    /// The picture's unknown parts are closed smoothly. A moving camera's is that of its first frame.
    using Show = std::function<void(const Plate&)>;
    void show_plates(Show show) { show_ = std::move(show); }

    /// What was learned of each shot, all frames being settled.
    std::vector<ShotRecord> finish();

private:
    struct Shot {
        std::int64_t start = 0;
        PlateSampler sampler;
        StillScene scene;  ///< of a camera that stands still
        CarriedScene carried = CarriedScene();  ///< of one that moves
        std::vector<Camera::Pose> poses = {};
        ShotLetterbox letterbox = {};
        std::int64_t moved_frames = 0;
        Rect needed = {};                             ///< of all its settled frames
        std::shared_ptr<const PlateSource> plate = nullptr;  ///< as estimated last
        Rect plate_area = {};
        std::int64_t plate_at = -1;  ///< frame of that estimate
        bool mixed = false;          ///< what lies between two shots: it changes from frame to frame, and has no plate

        bool moving() const;
        void add(const Camera::Pose& pose);
        const Camera::Pose& pose_of(std::int64_t frame) const { return poses[static_cast<std::size_t>(frame - start)]; }
        std::vector<ReferenceFrame> references() const;
    };

    void learn_stream(const Picture& first);
    Camera::Pose pose_of(const FrameRecord& record);
    const ShotRecord& known_shot(std::int64_t frame) const;
    void close_shot();
    void begin_shot(const FrameRecord& record);
    void set_apart_mixed(std::int64_t first);
    std::int64_t picture_bytes() const;
    void keep_references(Shot& shot, ShotRecord& record);
    Plate whole_plate(Shot& shot) const;
    std::optional<Plate> estimate(Shot& shot, const Rect& area) const;
    std::shared_ptr<const PlateSource> still_plate(Shot& shot, const Rect& needed);
    std::shared_ptr<const PlateSource> plate(const Rect& needed);

    std::string kind_;
    int radius_px_;
    bool complete_;  ///< plates are completed where nothing was seen
    FaceAreas face_areas_;
    Use use_;
    FrameWindow& frames_;
    ShotRecords known_;
    MovingPlates moving_plates_;
    ImageView like_;  ///< size and layout; no pixels
    std::shared_ptr<const PlateSource> from_file_;
    std::vector<ShotRecord> closed_;
    Show show_;
    std::int64_t reference_bytes_ = 0;  ///< of all closed shots
    std::deque<Shot> shots_;          ///< the front one holds the next frame to settle
    std::unique_ptr<Camera> camera_;
    int camera_factor_ = 1;
    std::int64_t settled_;  ///< the next frame to settle
};

}  // namespace invisiblur
