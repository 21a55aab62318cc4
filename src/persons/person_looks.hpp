#pragma once
#include <optional>
#include <vector>

#include "detect/face_descriptor.hpp"
#include "image/picture.hpp"
#include "persons/face_aligner.hpp"
#include "persons/look_plan.hpp"

namespace invisiblur {

/// A good look at a face.
struct PersonLook {
    std::int64_t pts = 0;
    FaceDescriptor face{};
};

/// Times, both included. Units: pts.
struct PtsSpan {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// What is known of whose face a track, or a part of one, is: the best look of each of its stretches that had a good one, in order of time.
/// Units: pts of its first and last box.
struct TrackLooks {
    std::size_t video = 0;  ///< of the file's videos
    int track = 0;          ///< Track::id
    std::int64_t first_pts = 0;
    std::int64_t last_pts = 0;
    std::vector<PersonLook> looks;
    std::size_t place = 0;  ///< of the track, among its video's
};

/// Looks at the faces of one video's tracks, as its frames come by.
/// Memory:  one face's picture for each track that is in a stretch; descriptors, gone with the object and with what finish() gave.
/// Errors:  as FaceAligner and FaceDescriber.
/// Threads: one thread at a time.
class PersonLooks {
public:
    /// Owns: borrows the aligner and the describer, which must live longer; the tracks until the constructor returns.
    PersonLooks(const Tracks& tracks, std::size_t video, int rotation_degrees, const FaceAligner& aligner, FaceDescriber& describer);

    bool wants(std::int64_t pts) const { return !plan_.at(pts).empty(); }

    void look(const Picture& picture);

    /// One for each track, in the tracks' order; those of which no good look was found have none.
    std::vector<TrackLooks> finish();

private:
    LookPlan plan_;
    int rotation_degrees_;
    const FaceAligner& aligner_;
    FaceDescriber& describer_;
    std::vector<TrackLooks> looks_;
    struct Best {
        std::int64_t pts = 0;
        std::optional<FaceChip> chip;
    };
    std::vector<std::vector<Best>> best_;  ///< of each track's stretches that are not over
};

}  // namespace invisiblur
