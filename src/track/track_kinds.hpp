#pragma once
#include <algorithm>
#include <cstddef>

#include "invisiblur/tracks.hpp"

namespace invisiblur {

/// Track::kind of a block of text.
inline constexpr const char* kTextKind = "text";

inline bool is_text(const Track& track) {
    return track.kind == kTextKind;
}

inline std::size_t text_count(const Tracks& tracks) {
    return static_cast<std::size_t>(std::ranges::count_if(tracks.tracks, is_text));
}

/// All that is no text: faces, and what was marked by hand.
inline std::size_t face_count(const Tracks& tracks) {
    return tracks.tracks.size() - text_count(tracks);
}

}  // namespace invisiblur
