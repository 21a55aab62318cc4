#include "job/look_through.hpp"

#include <algorithm>

#include "base/bounded_queue.hpp"
#include "base/stage_times.hpp"
#include "base/thread_group.hpp"
#include "pipeline/frame_picture.hpp"

namespace invisiblur::av {
namespace {

constexpr std::size_t kQueuedFrames = 4;

struct Decoded {
    std::size_t video = 0;
    PicturePtr picture;
};

bool any_wants_more(const std::vector<BoxFollower>& followers) {
    return std::ranges::any_of(followers, [](const BoxFollower& f) { return f.wants_more(); });
}

/// Reads once, to the end or until nobody wants more.
void read_once(Reader& reader, std::vector<BoxFollower>& followers, bool whole, ProgressMeter& meter, const std::atomic<bool>& cancel) {
    BoundedQueue<Decoded> queue(kQueuedFrames);
    std::atomic<bool> enough{false};
    ThreadGroup threads([&] { queue.abort(); });
    threads.start([&] {
        const auto next = [&] {
            const StageTimer timer(Stage::read);
            return reader.next();
        };
        while (auto item = enough ? std::nullopt : next()) {
            if (!item->frame) continue;
            const std::size_t video = *reader.video_of(item->stream);
            if (!queue.push({video, make_picture(std::move(item->frame))})) return;
        }
        queue.close();
    });
    threads.start([&] {
        while (auto decoded = queue.pop()) {
            if (enough) continue;
            const StageTimer timer(Stage::track);
            followers[decoded->video].push(std::move(decoded->picture));
            meter.count_frame(0);
            if (!whole && !any_wants_more(followers)) enough = true;
        }
    });
    threads.wait(cancel);
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
