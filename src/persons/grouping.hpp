#pragma once
#include <functional>
#include <vector>

#include "persons/person_looks.hpp"

namespace invisiblur {

/// Below this, two looks show one person: dlib's own threshold, at which its network was trained (99.4 % of LFW's pairs are right).
inline constexpr double kSamePerson = 0.6;
/// Tracks become one person only below this. Nearer than dlib's threshold, since each pair of a film's tracks is a chance to err: see docs/persons.md.
inline constexpr double kLink = 0.5;

/// Whose face a track is. Numbers go from 1, in order of first appearances; 0: unknown, for want of a good look, or because the looks do not agree.
struct PersonOfTrack {
    int person = 0;
    double confidence = 0;  ///< of the person: the mean silhouette (Rousseeuw, 1987) of its tracks, 0 to 1
};

/// The mean of the distances between the looks of two tracks. Order: only of tracks with looks.
double distance(const TrackLooks& a, const TrackLooks& b);

/// Whether all looks of a track show one person: else it went over from one to another, or its looks are no good.
bool looks_agree(const TrackLooks& track);

/// A track in parts, each of which is one person's as far as is known: cut where another scene may begin, if it may have gone over to another person
/// there, since its looks do not agree or a scene of it had no good one. Any other track is one part.
/// In: changes, where another scene may begin, growing.
std::vector<TrackLooks> parts_of(const TrackLooks& track, const std::vector<std::int64_t>& changes);

/// Whether two tracks, by their places among the tracks, show two faces at once.
using Apart = std::function<bool(std::size_t, std::size_t)>;

/// Whether two tracks of one video are in a frame of these times together, at two places. Work: linear in their boxes.
bool are_apart(const Track& a, const Track& b, const PtsSpan& when);

/// Groups tracks into persons: agglomerative clustering with complete linkage, nearest pairs first. Two tracks that are apart in one frame are never
/// one person.
/// Out: one for each of `tracks`.
/// Work: quadratic in the tracks with looks. Threads: safe.
std::vector<PersonOfTrack> group_into_persons(const std::vector<TrackLooks>& tracks, const Apart& apart);

}  // namespace invisiblur
