#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "image/image_view.hpp"
#include "image/picture.hpp"
#include "invisiblur/tracks.hpp"
#include "motion/camera.hpp"
#include "track/face_area.hpp"

namespace invisiblur {

class PlateSource;
struct HaloScene;
struct Letterbox;

/// What is hidden in one frame: a face, or a block of text.
struct TrackedFace {
    int track = 0;
    TrackBox box;
    bool text = false;
};

/// Where the mark of a track stands in one frame: its box without small movements.
struct SteadyBox {
    int track = 0;
    Box box;
};

/// All that is known of one frame between reading and writing. Each stage fills in its part and reads those of the stages before it.
struct FrameRecord {
    std::int64_t index = 0;
    std::int64_t pts = 0;
    bool interlaced = false;
    std::shared_ptr<const Regions> regions;  ///< Picture::regions()
    PicturePtr picture;                      ///< null once no stage needs it any more

    // Detection
    std::shared_ptr<const GrayImage> luma = nullptr;  ///< block mean of the picture's luma, as large as TrackerSettings::luma_factor says; null when the tracker is through with it
    std::shared_ptr<const GrayImage> camera_luma = nullptr;  ///< likewise by camera_luma_factor(), where it was made beforehand; null when the camera's pose is known
    std::optional<std::vector<Face>> detections = {};  ///< source pixels; none where the detector did not look
    std::optional<std::vector<Face>> texts = {};  ///< blocks of text, likewise

    // Motion
    bool cut = false;       ///< a new shot begins with this frame
    int mixed_before = 0;   ///< then: so many frames before it show how the last one went over into it; 0 for a cut
    Camera::Pose pose = {};

    // Tracking
    std::vector<TrackedFace> given = {};  ///< to be hidden besides what is found: boxes that were followed beforehand
    std::vector<TrackedFace> faces = {};  ///< as believed, and for good where `final`
    bool final = false;
    std::vector<float> fades = {};        ///< for each face, how far its halo has come (FaceArea::fade)
    std::vector<SteadyBox> steady = {};   ///< where marks are drawn

    // Plates
    std::vector<FaceArea> areas = {};     ///< of `faces` and of regions set by hand, all with a fade of 1
    std::shared_ptr<const HaloScene> scene = nullptr;    ///< what the halos of `areas` show; null where that was not looked into
    std::shared_ptr<const PlateSource> plate = nullptr;  ///< what stands behind, null where nothing is masked or known
    std::shared_ptr<const Letterbox> letterbox = nullptr;  ///< of the shot; null for none
};
using FrameRecordPtr = std::shared_ptr<FrameRecord>;

/// The record of a picture of which nothing is known yet.
inline FrameRecord record_of(PicturePtr picture, std::int64_t index = 0) {
    const Picture& p = *picture;
    return {index, p.pts(), p.interlaced(), p.regions(), std::move(picture)};
}

/// The records of the frames that are between reading and writing, in order; those that wait to be written, and as many before them as
/// stages look back on.
/// Units:   frames count up by one, from `first`.
/// Threads: one thread at a time.
class FrameWindow {
public:
    explicit FrameWindow(std::int64_t first = 0) : begin_(first) {}

    std::int64_t begin() const { return begin_; }
    std::int64_t end() const { return begin_ + static_cast<std::int64_t>(records_.size()); }
    bool holds(std::int64_t frame) const { return frame >= begin() && frame < end(); }

    /// In: frame, in [begin(), end()).
    FrameRecord& operator[](std::int64_t frame) { return *records_[static_cast<std::size_t>(frame - begin_)]; }
    const FrameRecord& operator[](std::int64_t frame) const { return *records_[static_cast<std::size_t>(frame - begin_)]; }
    FrameRecord& back() { return *records_.back(); }

    /// A record that may outlive its place in the window.
    FrameRecordPtr share(std::int64_t frame) const { return records_[static_cast<std::size_t>(frame - begin_)]; }

    /// The record of the next frame, which has that frame's number.
    FrameRecord& push(PicturePtr picture) {
        records_.push_back(std::make_shared<FrameRecord>(record_of(std::move(picture), end())));
        return back();
    }

    /// Says whether a shot begins with the newest record. In: mixed, as ShotDetector::push() has it: where frames before it are mixed, another shot begins with
    /// the first of them, so that neither side takes them for its own.
    void note_shot(std::optional<int> mixed) {
        back().cut = mixed.has_value() || back().picture->begins_shot();
        back().mixed_before = mixed.value_or(0);
        const std::int64_t first = end() - 1 - back().mixed_before;
        if (holds(first)) (*this)[first].cut |= back().mixed_before > 0;
    }

    /// Lets go of the records before a frame.
    void forget_before(std::int64_t frame) {
        for (; begin_ < frame && !records_.empty(); ++begin_) records_.pop_front();
    }

private:
    std::deque<FrameRecordPtr> records_;
    std::int64_t begin_;
};

}  // namespace invisiblur
