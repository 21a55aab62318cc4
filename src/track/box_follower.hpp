#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "invisiblur/anonymizer.hpp"
#include "motion/shot.hpp"
#include "track/content_lead.hpp"
#include "track/frame_window.hpp"
#include "track/luma_history.hpp"
#include "track/tracker.hpp"

namespace invisiblur {

/// A box that somebody is sure of. Units: seconds from the stream's time zero; source pixels.
struct KeyBox {
    double time_s = 0;
    TrackBox box;  ///< its pts counts for nothing
};

/// What is to be followed through a video: boxes in order of time.
struct MarkedTrack {
    int id = 0;
    std::vector<KeyBox> keys;
    std::string said;  ///< how the user named it, for messages
};

/// Follows what stands in marked boxes through a video, both ways in time, until it leaves the picture, a cut comes or it cannot be recognised
/// any more. Between two boxes of one track it goes through both exactly. The lumas, the flow and the joining of two sides are the faces' Tracker's.
/// Order:   push() all frames; while finish() says so, all of them again, from the first on; then result().
/// Memory:  luma of about a quarter of a gigabyte; what goes farther back is found in a further reading.
/// Errors:  std::invalid_argument for a box outside the picture (at once) or a time that is not there (in push and finish).
/// Threads: one thread at a time.
class BoxFollower {
public:
    /// In: memory_bytes, of the lumas that are remembered.
    BoxFollower(const StreamShape& shape, std::vector<MarkedTrack> marked, std::int64_t memory_bytes = std::int64_t{256} << 20);

    void push(PicturePtr picture);

    /// Returns: whether the frames are to be pushed once more.
    bool finish();

    /// Whether a frame after those pushed may still matter.
    bool wants_more() const;

    /// What came of it. Where a track's boxes lie in several stretches, as on both sides of a cut, the later ones are tracks of their own.
    struct Result {
        std::vector<Track> tracks;        ///< in the stream's time base
        std::vector<std::size_t> origin;  ///< for each of them, the number of what was marked, in the order given
        std::vector<Tracker::Doubt> doubts;
    };
    /// In: free_id, from which on numbers are nobody's.
    Result result(int free_id) const;

    /// When the frames are shown, in the stream's time base. Order: after the first finish().
    const std::vector<std::int64_t>& frame_pts() const { return pts_; }

private:
    /// A way back that came to the end of what is remembered.
    struct Backlog {
        ContentLead lead;
        std::int64_t frame = 0;  ///< where the lead stands
    };
    struct Found {
        TrackBox box;
        float trust = 0;
    };
    struct Trail {
        MarkedTrack marked;
        std::size_t next_key = 0;
        std::int64_t last_key = -1;        ///< the frame of the key before
        std::optional<ContentLead> lead;   ///< while it is followed on
        std::optional<Backlog> backlog;
        std::map<std::int64_t, Found> found;  ///< by frame
        std::vector<Tracker::Doubt> doubts;
    };
    void take_keys(std::int64_t frame, double until_s);
    void take_key(Trail& trail, std::int64_t frame, const KeyBox& key);
    void lead_back(Trail& trail, ContentLead lead, std::int64_t frame);
    void lead_on(Trail& trail, std::int64_t from);
    void bridge(Trail& trail, std::int64_t later);
    void put(Trail& trail, std::int64_t frame, const Step& step);
    void note(Trail& trail, std::int64_t sure, std::int64_t last, const char* why);
    double time_of(std::int64_t pts) const { return static_cast<double>(pts) * tick_s_; }

    double tick_s_;
    double frame_s_;
    int luma_factor_;
    std::int64_t keep_frames_;
    std::int64_t hold_frames_;
    std::int64_t patience_frames_;
    std::vector<Trail> trails_;
    std::vector<std::int64_t> pts_;  ///< of all frames
    std::set<std::int64_t> cuts_;    ///< with which new shots begin
    std::unique_ptr<FrameWindow> frames_;  ///< stays where it is when this object moves
    std::optional<LumaHistory> history_;
    ShotDetector shots_;
    int width_, height_;
    bool first_reading_ = true;
};

}  // namespace invisiblur
