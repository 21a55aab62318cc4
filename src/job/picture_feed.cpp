#include "job/picture_feed.hpp"

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

}  // namespace

void feed_pictures(Reader& reader, const std::atomic<bool>& cancel, const PictureStep& wants, const PictureStep& take) {
    BoundedQueue<Decoded> queue(kQueuedFrames);
    std::atomic<bool> enough{false};
    ThreadGroup threads([&] { queue.abort(); });
    const auto next_item = [&] {
        const StageTimer timer(Stage::read);
        return reader.next();
    };
    threads.start([&] {
        while (auto item = enough ? std::nullopt : next_item()) {
            if (!item->frame) continue;
            const std::size_t video = *reader.video_of(item->stream);
            PicturePtr picture = make_picture(std::move(item->frame));
            if (wants(video, picture) && !queue.push({video, std::move(picture)})) return;
        }
        queue.close();
    });
    threads.start([&] {
        while (const auto decoded = queue.pop()) {
            if (!enough && !take(decoded->video, decoded->picture)) enough = true;
        }
    });
    threads.wait(cancel);
}

}  // namespace invisiblur::av
