#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "persons/grouping.hpp"

namespace invisiblur {

/// A face of a photo, and what the photo asks for.
struct PersonPhoto {
    std::string name;  ///< of the file
    FaceDescriptor face;
    bool keep = false;  ///< --keep-person; else --hide-person
};

/// What becomes of a track, and how sure that is.
struct TrackVerdict {
    bool left = false;  ///< stays visible
    std::string doubt;  ///< why a person should look; "" where the looks say plainly whose face it is
    double distance = -1;  ///< to the nearest photo; -1 where the track has no good look
};

/// The times for which a track's looks vouch: between two of them that are near in time, and a little beyond, but never from one scene into
/// another. At others the track may have gone over to another person.
/// In: changes, where another scene may begin, growing.
std::vector<PtsSpan> vouched_spans(const TrackLooks& track, double seconds_per_pts, const std::vector<std::int64_t>& changes);

/// Decides by photos whose faces stay visible. With a photo to keep, only tracks stay of which every look is near it; with photos to hide alone, only
/// tracks that are far from all of them. In doubt a face is hidden: without a good look, near the threshold, where the looks of a track disagree, and
/// where two faces in one frame both look like the person of one photo.
/// In:  tracks and what group_into_persons() made of them; photos, at least one.
/// Out: one for each track.
/// Threads: safe.
std::vector<TrackVerdict> choose_by_photos(const std::vector<TrackLooks>& tracks, const std::vector<PersonOfTrack>& persons,
                                           const std::vector<PersonPhoto>& photos, const Apart& apart);

}  // namespace invisiblur
