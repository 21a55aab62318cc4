#include "job/first_pass.hpp"

#include "base/bounded_queue.hpp"
#include "base/foresight.hpp"
#include "base/stage_times.hpp"
#include "base/thread_group.hpp"
#include "base/thread_pool.hpp"
#include "pipeline/frame_picture.hpp"

namespace invisiblur::av {
namespace {

constexpr std::size_t kQueuedFrames = 2;

struct Decoded {
    std::size_t video = 0;
    PicturePtr picture;
};

std::vector<std::unique_ptr<AnalysisBuilder>> make_builders(const Reader& reader, const std::vector<Options>& options,
                                                            const std::vector<AnalysisStart>& starts) {
    std::vector<std::unique_ptr<AnalysisBuilder>> builders;
    for (std::size_t i = 0; i < options.size(); ++i)
        builders.push_back(std::make_unique<AnalysisBuilder>(options[i], reader.videos()[i].shape, starts.empty() ? AnalysisStart{} : starts[i]));
    return builders;
}

int count_faces(const std::vector<std::unique_ptr<AnalysisBuilder>>& builders) {
    int faces = 0;
    for (const auto& builder : builders) faces += builder->track_count();
    return faces;
}

}  // namespace

std::vector<std::shared_ptr<const Analysis>> analyse(Reader& reader, const std::vector<Options>& options, ProgressMeter& meter,
                                                     const std::atomic<bool>& cancel, const ShotPlates::Show& show_plates,
                                                     const std::function<void(const AVPacket&)>& note_packet, const FirstPassExtent& extent) {
    const auto builders = make_builders(reader, options, extent.starts);
    if (show_plates && !builders.empty()) builders.front()->show_plates(show_plates);
    std::vector<std::shared_ptr<const Analysis>> analyses;
    BoundedQueue<Decoded> queue(kQueuedFrames);
    const bool ahead = thread_count(options.empty() ? 0 : options.front().threads) > 1;
    ThreadGroup threads([&] { queue.abort(); });
    const auto next_item = [&] {
        const StageTimer timer(Stage::read);
        return reader.next();
    };
    threads.start([&] {
        while (auto item = next_item()) {
            if (item->packet && note_packet) note_packet(*item->packet);
            if (!item->frame) continue;
            const std::size_t video = *reader.video_of(item->stream);
            const std::int64_t pts = item->frame->pts;
            if (!extent.pts.empty() && (pts < extent.pts[video].first || pts >= extent.pts[video].end)) continue;
            if (!queue.push({video, make_picture(std::move(item->frame))})) return;
        }
        queue.close();
    });
    threads.start([&] {
        Foresight<Decoded> coming(queue, foresight_steps(ahead), [&](const Decoded& decoded) {
            if (ahead) builders[decoded.video]->expect(decoded.picture);
        });
        while (auto decoded = coming.next()) {
            builders[decoded->video]->push(std::move(decoded->picture));
            meter.count_frame(count_faces(builders));
        }
        if (queue.aborted()) return;
        for (const auto& builder : builders) analyses.push_back(builder->finish());
        meter.end_pass();
    });
    threads.wait(cancel);
    return analyses;
}

}  // namespace invisiblur::av
