#pragma once
#include <vector>

#include "persons/grouping.hpp"

namespace invisiblur::test {

/// A descriptor at a place of a plane: distances between such are the plane's.
inline FaceDescriptor face_at(float x, float y = 0) {
    FaceDescriptor face{};
    face[3] = x;
    face[90] = y;
    return face;
}

/// A track of these looks, one a second from start_s on, in milliseconds.
inline TrackLooks track_of(int id, std::int64_t start_s, const std::vector<FaceDescriptor>& faces, std::size_t video = 0) {
    TrackLooks track{video, id, start_s * 1000, start_s * 1000 + static_cast<std::int64_t>(faces.size()) * 1000, {}, 0};
    for (std::size_t i = 0; i < faces.size(); ++i) track.looks.push_back({(start_s + static_cast<std::int64_t>(i)) * 1000, faces[i]});
    return track;
}

inline bool never(std::size_t, std::size_t) {
    return false;
}

}  // namespace invisiblur::test
