#include "job/live/live_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>
#include <utility>

#include "invisiblur/error.hpp"
#include "media/libav/live_address.hpp"
#include "media/libav/protocols.hpp"

namespace invisiblur::av {
namespace {

constexpr double kLookForStop_s = 0.1;

/// Later connections give pictures of the first one's size.
std::string sizes_of(const Reader& reader) {
    std::string sizes;
    for (const VideoStream& video : reader.videos())
        sizes += fmt::format("{}{}:{}x{}", sizes.empty() ? "" : ",", video.index, video.first->width, video.first->height);
    return sizes;
}

void shift(std::int64_t& time, double shift_s, AVRational time_base) {
    if (time != AV_NOPTS_VALUE) time += std::llround(shift_s / av_q2d(time_base));
}

}  // namespace

double steady_s() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

LiveSource::LiveSource(const std::string& path, const Options& options, double delay_s, const std::atomic<bool>& cancel,
                       std::function<void(const std::string&)> warn, LivePatience patience)
    : path_(path),
      options_(options),
      cancel_(cancel),
      warn_(std::move(warn)),
      patience_(patience),
      pipe_(!is_url(path) && !is_video_device(path)),
      connects_(has_connection(path)),
      first_(std::make_unique<Reader>(path, options, cancel, Reader::Streams::all)),
      clock_(delay_s) {
    if (options.vf.empty()) options_.size = sizes_of(*first_);
}

std::optional<LiveItem> LiveSource::next() {
    for (;;) {
        if (auto item = read()) return timed(std::move(*item));
        if (cancel_ || !reopen()) return std::nullopt;
    }
}

/// Nothing where the source is lost, for the time being or for good.
std::optional<ReadItem> LiveSource::read() {
    try {
        now().wait(connects_ ? patience_.stall_s : pipe_ ? 0 : patience_.gone_s);
        auto item = now().next();
        if (!item) why_ = "it ended";
        return item;
    } catch (const Cancelled&) {
        return std::nullopt;
    } catch (const std::exception& error) {
        if (pipe_ || options_.strict) throw;
        why_ = error.what();
        return std::nullopt;
    }
}

/// False where it does not come back.
bool LiveSource::reopen() {
    if (pipe_) return false;
    if (!connects_) {
        warn_(fmt::format("{} gave nothing for {:.0f} s: the result ends there", path_, patience_.gone_s));
        return false;
    }
    warn_(fmt::format("{} is lost ({}): the result goes on blank until it comes back, {:.0f} s at most", path_, why_, patience_.gone_s));
    now().disconnect();
    again_.reset();
    const double end_s = steady_s() + patience_.gone_s;
    while (steady_s() < end_s && pauses()) {
        std::unique_ptr<Reader> reader;
        try {
            reader = std::make_unique<Reader>(path_, options_, cancel_, Reader::Streams::all);
        } catch (const Cancelled&) {
            return false;
        } catch (const std::exception&) {
            continue;  // not yet there
        }
        match(*reader);
        again_ = std::move(reader);
        clock_.reopen();
        warn_(path_ + " came back");
        return true;
    }
    return false;
}

/// Waits before the next try; false where the job was told to stop.
bool LiveSource::pauses() const {
    for (double left_s = patience_.again_s; left_s > 0 && !cancel_; left_s -= kLookForStop_s)
        std::this_thread::sleep_for(std::chrono::duration<double>(std::min(left_s, kLookForStop_s)));
    return !cancel_;
}

void LiveSource::match(Reader& reader) const {
    bool alike = reader.container().nb_streams == first_->container().nb_streams && reader.videos().size() == first_->videos().size();
    for (unsigned i = 0; alike && i < reader.container().nb_streams; ++i) {
        const AVStream& then = *first_->container().streams[i];
        const AVStream& fresh = *reader.container().streams[i];
        alike = then.codecpar->codec_type == fresh.codecpar->codec_type && av_cmp_q(then.time_base, fresh.time_base) == 0;
        const bool copied = then.codecpar->codec_type != AVMEDIA_TYPE_VIDEO;
        alike &= !copied || then.codecpar->codec_id == fresh.codecpar->codec_id;
    }
    for (std::size_t i = 0; alike && i < reader.videos().size(); ++i) {
        const AVFrame& then = *first_->videos()[i].first;
        const AVFrame& fresh = *reader.videos()[i].first;
        alike = then.width == fresh.width && then.height == fresh.height && then.format == fresh.format;
    }
    if (!alike) throw std::runtime_error(path_ + " came back with other streams than before, which one result cannot hold: start this again");
}

LiveItem LiveSource::timed(ReadItem item) {
    LiveItem live{std::move(item), steady_s(), 0};
    const auto video = now().video_of(live.item.stream);
    const AVRational time_base = video ? now().videos()[*video].time_base : now().container().streams[live.item.stream]->time_base;
    if (live.item.frame) {
        const double media_s = static_cast<double>(live.item.frame->pts) * av_q2d(time_base);
        clock_.arrive(media_s, live.came_s);
        live.due_s = clock_.due_s(media_s);
        shift(live.item.frame->pts, clock_.shift_s(), time_base);
    } else {
        shift(live.item.packet->pts, clock_.shift_s(), time_base);
        shift(live.item.packet->dts, clock_.shift_s(), time_base);
    }
    return live;
}

}  // namespace invisiblur::av
