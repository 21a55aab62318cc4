#pragma once
#include "track/box_follower.hpp"

namespace invisiblur {

// A track of a tracks file asks by "follow": true to be followed from its boxes by "hand" and "detector"; all others of it are found anew.
// What was followed says "followed": true instead, so that the same file used again reads no pixel of what it hides.

/// Whether a track asks to be followed.
bool asks_to_follow(const Track& track);

/// What is to be followed of a track that asks.
/// In:     source, whose time base its boxes have; said, how messages name it.
/// Errors: std::invalid_argument where it has no box by hand or detector, or its times mean nothing.
MarkedTrack marked_of(const Track& track, const TracksSource& source, const std::string& said);

/// The same tracks with another's time base, to the nearest unit; of boxes that fall together the first. Those of an unknown time base stay as they are.
Tracks in_time_base(const Tracks& tracks, const TracksSource& other);

/// A track's unknown fields once it was followed. In: extra, as Track::extra.
std::string followed_fields(const std::string& extra);

}  // namespace invisiblur
