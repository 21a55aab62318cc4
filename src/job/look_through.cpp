#include "job/look_through.hpp"

#include <algorithm>

#include "base/stage_times.hpp"
#include "job/picture_feed.hpp"

namespace invisiblur::av {
namespace {

bool any_wants_more(const std::vector<BoxFollower>& followers) {
    return std::ranges::any_of(followers, [](const BoxFollower& f) { return f.wants_more(); });
}

/// Reads once, to the end or until nobody wants more.
void read_once(Reader& reader, std::vector<BoxFollower>& followers, bool whole, ProgressMeter& meter, const std::atomic<bool>& cancel) {
    const auto wants = [](std::size_t, const PicturePtr&) { return true; };
    feed_pictures(reader, cancel, wants, [&](std::size_t video, const PicturePtr& picture) {
        const StageTimer timer(Stage::track);
        followers[video].push(picture);
        meter.count_frame(0);
        return whole || any_wants_more(followers);
    });
}

}  // namespace

LookedThrough look_through(const std::function<std::unique_ptr<Reader>()>& open, const std::function<std::vector<MarkedTrack>(std::size_t)>& marked, bool whole,
                           ProgressMeter& meter, const std::atomic<bool>& cancel) {
    LookedThrough known;
    for (bool first = true, again = true; again; first = false) {
        const auto reader = open();
        for (std::size_t i = 0; first && i < reader->videos().size(); ++i) known.followers.emplace_back(reader->videos()[i].shape, marked(i));
        read_once(*reader, known.followers, whole && first, meter, cancel);
        again = false;
        for (BoxFollower& follower : known.followers) again |= follower.finish();
    }
    for (const BoxFollower& follower : known.followers) known.frame_pts.push_back(follower.frame_pts());
    meter.end_pass();
    return known;
}

}  // namespace invisiblur::av
