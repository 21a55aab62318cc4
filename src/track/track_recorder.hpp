#pragma once
#include <cstdint>
#include <map>
#include <utility>

#include "base/spill_memory.hpp"
#include "invisiblur/anonymizer.hpp"
#include "track/track_kinds.hpp"
#include "track/tracker.hpp"

namespace invisiblur {

/// A copy whose boxes lie in spill_memory().
inline Tracks spilled_copy(const Tracks& tracks) {
    Tracks copy{tracks.source, {}, tracks.extra};
    copy.tracks.reserve(tracks.tracks.size());
    for (const Track& track : tracks.tracks) copy.tracks.push_back({track.id, std::pmr::vector<TrackBox>(track.boxes, &spill_memory()), track.extra, track.person, track.kind});
    return copy;
}

/// Gathers the faces of frames into tracks, in spill_memory(): eight hours with a hundred faces are more than two gigabytes.
/// Threads: one thread at a time.
class TrackRecorder {
public:
    explicit TrackRecorder(const StreamShape& shape) {
        tracks_.source.width = shape.width;
        tracks_.source.height = shape.height;
        tracks_.source.time_base_num = shape.time_base_num;
        tracks_.source.time_base_den = shape.time_base_den;
    }

    void add(const std::vector<TrackedFace>& faces) {
        ++tracks_.source.frames;
        for (const TrackedFace& face : faces) {
            const auto [place, is_new] = place_of_.try_emplace(face.track, tracks_.tracks.size());
            if (is_new) tracks_.tracks.push_back({face.track, std::pmr::vector<TrackBox>(&spill_memory()), {}, 0, face.text ? std::string(kTextKind) : std::string()});
            tracks_.tracks[place->second].boxes.push_back(face.box);
        }
    }

    const Tracks& tracks() const { return tracks_; }

    /// Gives them away; nothing can be added after it.
    Tracks take() { return std::move(tracks_); }

private:
    Tracks tracks_;
    std::map<int, std::size_t> place_of_;
};

}  // namespace invisiblur
