#include "pipeline/still_camera.hpp"

#include <algorithm>
#include <stdexcept>

#include "media/read/input.hpp"
#include "options/hidden_classes.hpp"
#include "track/track_kinds.hpp"

namespace invisiblur {
namespace {

bool is_chosen(const Options& options, const Track& track) {
    const auto holds = [&](const std::vector<int>& ids) { return std::ranges::find(ids, track.id) != ids.end(); };
    return !is_text(track) && !holds(options.except_tracks) && (options.only_tracks.empty() || holds(options.only_tracks));
}

/// Whether a person is hidden between two times. In: end, the first time after it.
bool hides_somebody(const Options& options, const Analysis& analysis, std::int64_t first, std::int64_t end) {
    return std::ranges::any_of(analysis.tracks.tracks, [&](const Track& track) {
        const auto at = std::ranges::lower_bound(track.boxes, first, {}, &TrackBox::pts);
        return is_chosen(options, track) && at != track.boxes.end() && at->pts < end;
    });
}

}  // namespace

void check_still_camera(const Options& options, const Analysis& analysis) {
    if (!hides_people(options)) return;
    const auto start_of = [&](std::size_t shot) {
        const bool beyond = shot >= analysis.shots.size() || static_cast<std::size_t>(analysis.shots[shot].start) >= analysis.frame_pts.size();
        return beyond ? analysis.frame_pts.back() + 1 : analysis.frame_pts[static_cast<std::size_t>(analysis.shots[shot].start)];
    };
    const TracksSource& source = analysis.tracks.source;
    const double unit_s = static_cast<double>(source.time_base_num) / static_cast<double>(source.time_base_den);
    for (std::size_t i = 0; i < analysis.shots.size() && !analysis.frame_pts.empty(); ++i) {
        const ShotRecord& shot = analysis.shots[i];
        const bool unknown = !shot.moving && !shot.plate && !shot.plate_area.empty();
        const std::int64_t first = start_of(i), end = start_of(i + 1);
        if (!(shot.moving || unknown) || !hides_somebody(options, analysis, first, end)) continue;
        const std::string when = "from " + av::clock_text(static_cast<double>(first) * unit_s) + " to " + av::clock_text(static_cast<double>(end) * unit_s);
        const std::string advice = ": leave people out of --hide, or take this part out of the film";
        if (shot.moving) throw std::runtime_error("the camera moves " + when + ", and --hide people takes out people only before a camera that stands still" + advice);
        throw std::runtime_error("nothing is known of what is behind the people " + when + ", where one shot goes over into the next" + advice);
    }
}

void refuse_people_unseen(const Options& options) {
    if (!hides_people(options)) return;
    throw std::invalid_argument("hide: people needs to know the whole film before the first frame is written, which frames that come one by one do not allow: leave people "
                                "out, or give invis-transcode the file");
}

}  // namespace invisiblur
