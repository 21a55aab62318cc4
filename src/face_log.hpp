#pragma once
#include <cstdint>
#include <map>

#include "invisiblur/anonymizer.hpp"
#include "track/tracker.hpp"

namespace invisiblur {

/// Gathers the faces of frames into tracks.
/// Threads: one thread at a time.
class FaceLog {
public:
    explicit FaceLog(const StreamShape& shape) {
        tracks_.source.width = shape.width;
        tracks_.source.height = shape.height;
        tracks_.source.time_base_num = shape.time_base_num;
        tracks_.source.time_base_den = shape.time_base_den;
    }

    void add(const std::vector<TrackedFace>& faces) {
        ++tracks_.source.frames;
        for (const TrackedFace& face : faces) {
            const auto [place, is_new] = place_of_.try_emplace(face.track, tracks_.tracks.size());
            if (is_new) tracks_.tracks.push_back({face.track, {}, {}});
            tracks_.tracks[place->second].boxes.push_back(face.box);
        }
    }

    const Tracks& tracks() const { return tracks_; }

private:
    Tracks tracks_;
    std::map<int, std::size_t> place_of_;
};

}  // namespace invisiblur
