#include "media/read/size_change.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "media/read/reader.hpp"

namespace invisiblur::av {
namespace {

constexpr double kLastingS = 1;
constexpr const char* kMark = "invisiblur_size";

using Seconds = std::map<std::pair<int, int>, double>;  ///< by width and height

std::pair<int, int> lasting(const Seconds& sizes) {
    std::pair<int, int> best, longest;
    double most = -1;
    const auto area = [](const std::pair<int, int>& s) { return static_cast<std::int64_t>(s.first) * s.second; };
    for (const auto& [size, seconds] : sizes) {
        if (seconds >= kLastingS && area(size) > area(best)) best = size;
        if (seconds > most) longest = size, most = seconds;
    }
    return area(best) > 0 ? best : longest;
}

}  // namespace

std::string lasting_sizes(const std::string& path, const Options& options, int changing, const std::atomic<bool>& cancel) {
    Options plain = options;
    plain.vf.clear();
    Reader reader(path, plain, cancel, Reader::Streams::video_only, Reader::Coded::no, Reader::Sizes::any);
    std::map<int, Seconds> found;
    std::map<int, FramePtr> last;
    while (auto item = reader.next()) {
        if (!item->frame) continue;
        const VideoStream& video = reader.videos()[*reader.video_of(item->stream)];
        const double usual = video.frame_rate.num > 0 ? 1 / av_q2d(video.frame_rate) : 0.04;
        FramePtr& before = last[item->stream];
        if (before)
            found[item->stream][{before->width, before->height}] += static_cast<double>(item->frame->pts - before->pts) * av_q2d(video.time_base) - usual;
        found[item->stream][{item->frame->width, item->frame->height}] += usual;
        before = std::move(item->frame);
    }
    std::string text;
    for (const auto& [stream, sizes] : found) {
        if (sizes.size() < 2 && stream != changing) continue;
        const auto [width, height] = lasting(sizes);
        text += fmt::format("{}{}:{}x{}", text.empty() ? "" : ",", stream, width, height);
    }
    return text;
}

bool begins_another_size(const AVFrame& frame) {
    return av_dict_get(frame.metadata, kMark, nullptr, 0) != nullptr;
}

void mark_another_size(AVFrame& frame) {
    check(av_dict_set(&frame.metadata, kMark, "1", 0), "cannot mark a frame");
}

}  // namespace invisiblur::av
