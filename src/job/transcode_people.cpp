#include <fmt/format.h>

#include <stdexcept>

#include "job/transcode_job.hpp"
#include "options/hidden_classes.hpp"
#include "pipeline/held_people.hpp"
#include "pipeline/still_camera.hpp"
#include "track/track_kinds.hpp"

// What --hide people needs of a job.

namespace invisiblur::av {

/// What is behind people must be known before the first frame is written.
void Transcoding::check_rereadable() const {
    if (still_ == still::Kind::none && rereadable_) return;
    throw std::invalid_argument(fmt::format("--hide people learns from a whole film what is behind people before it writes anything, which needs two passes over the film's file, "
                                            "and {} is not read so: leave people out", job_.input));
}

/// Before hours of work. One stretch alone does not tell what the whole film will.
void Transcoding::check_camera() const {
    if (long_.is_stretch() && job_.options.analyse_only) return;
    for (std::size_t i = 0; i < analyses_.size(); ++i) check_still_camera(options_of_stream(i), *analyses_[i]);
}

/// Only with a head a person goes: where one is found or lost in the middle of the picture, somebody should look at the frames beside.
void Transcoding::note_people(std::size_t video) {
    StreamReport& stream = report_.streams[video];
    stream.bodies = hides_people(job_.options);
    if (!stream.bodies) return;
    const Analysis& analysis = *analyses_[video];
    const double unit_s = static_cast<double>(stream.tracks.source.time_base_num) / static_cast<double>(stream.tracks.source.time_base_den);
    for (const Track& track : analysis.tracks.tracks) {
        const auto span = analysis.spans.find(track.id);
        if (is_text(track) || track.boxes.empty() || span == analysis.spans.end()) continue;
        const auto doubt = [&](const TrackBox& box, const char* why) {
            const double at_s = static_cast<double>(box.pts) * unit_s;
            stream.doubtful.push_back({track.id, at_s, at_s, why, box.box});
        };
        if (!span->second.starts_unseen) doubt(track.boxes.front(), "the head is found in the middle of the picture: before, the person may be visible");
        if (!span->second.ends_unseen) doubt(track.boxes.back(), "the head is lost in the middle of the picture: afterwards, the person may be visible");
    }
}

/// What the report and tracks files do not say: where a head is outside the picture nothing of it is hidden, but a body may be.
void Transcoding::hold_people() {
    if (!hides_people(job_.options)) return;
    for (std::size_t i = 0; i < analyses_.size(); ++i) analyses_[i] = held_over_border(*analyses_[i]);
}

}  // namespace invisiblur::av
