#pragma once
#include <memory>
#include <vector>

#include "job/progress_meter.hpp"
#include "media/read/reader.hpp"
#include "persons/choice.hpp"
#include "pipeline/face_stage.hpp"

namespace invisiblur::av {

/// What is known of the person of a track, or of a part of one, and what becomes of it.
struct FoundPerson {
    std::size_t track = 0;  ///< its place among its video's
    PtsSpan part;           ///< all of the track, or a part of it
    PersonOfTrack who;
    TrackVerdict verdict;
    std::vector<PtsSpan> vouched;  ///< where the track stays visible, if it does
};

/// Finds out which tracks of a file show the same person, and by photos which of them stay visible.
/// Order:   make it before the first pass: what is wrong with models and photos is said then.
/// Errors:  as FaceAligner, FaceDescriber and read_person_photos(); as the reader.
/// Memory:  the descriptors of the tracks, until find() returns.
/// Threads: one thread at a time; starts one of its own.
class PersonFinder {
public:
    PersonFinder(const Options& options, const std::atomic<bool>& cancel);

    /// In:  reader, from its beginning; analyses, one for each of its videos.
    /// Out: for each video the parts of all its tracks, in order.
    std::vector<std::vector<FoundPerson>> find(Reader& reader, const std::vector<std::shared_ptr<const Analysis>>& analyses, ProgressMeter& meter);

private:
    std::vector<TrackLooks> look(Reader& reader, const std::vector<std::shared_ptr<const Analysis>>& analyses, ProgressMeter& meter);

    const std::atomic<bool>& cancel_;
    FaceAligner aligner_;
    FaceDescriber describer_;
    std::vector<PersonPhoto> photos_;
    std::vector<std::vector<std::int64_t>> changes_;  ///< of each video: times at which another scene may begin
};

}  // namespace invisiblur::av
