#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "invisiblur/options.hpp"
#include "media/libav/format_converter.hpp"
#include "media/libav/handles.hpp"
#include "media/libav/log_listener.hpp"
#include "media/read/salvage.hpp"

namespace invisiblur::av {

/// Decodes one video stream; each frame it gives has a pts, later than the one before.
/// Units:   pts and durations in the stream's time base.
/// Errors:  a broken packet, a picture that was patched up, another size or pixel format in mid-stream: one sentence with the time.
///          Destroy only after that. With options.salvage blank frames stand for all that instead. Packets that cannot be decoded before the first frame are passed over, as every player does.
/// Order:   send(), receive() until it gives nothing, again; send(nullptr) at the end.
/// Threads: one thread at a time; decodes with several of its own.
class VideoDecoder {
public:
    VideoDecoder(const AVStream& stream, AVRational frame_rate, const Options& options, const std::string& source);
    VideoDecoder(const VideoDecoder&) = delete;
    VideoDecoder& operator=(const VideoDecoder&) = delete;

    /// Frames may change their size and pixel format, and come in any format: a filter follows that makes them alike.
    void allow_changes() { may_change_ = true; }

    void send(const AVPacket* packet);
    std::optional<FramePtr> receive();

    /// Makes a drained decoder ready for a packet that stands alone.
    void restart();

    std::int64_t frames() const { return frames_; }

    /// Something between the packets sent so far and the next one is broken or missing. Only with options.salvage.
    void note_damage(const std::string& why) { salvage_->hit(last_packet_pts_, why); }

    /// What was blanked so far.
    std::vector<DamagedStretch> damage() const { return salvage_ ? salvage_->stretches() : std::vector<DamagedStretch>{}; }

private:
    FramePtr complete(FramePtr frame);
    void check_picture(const AVFrame& frame);
    bool lose(int code);
    FramePtr salvaged(FramePtr frame);
    void add_blank(const AVFrame& like);
    std::optional<FramePtr> next_ready();
    void end_salvage();
    void refuse_change(const AVFrame& frame);
    [[noreturn]] void fail(const std::string& what, std::int64_t pts) const;
    bool passes_over(int code);

    std::string source_;
    int index_;
    AVRational time_base_;
    std::int64_t usual_duration_;
    LogListener log_;
    CodecPtr codec_;
    std::unique_ptr<FormatConverter> converter_;
    std::unique_ptr<Salvage> salvage_;
    std::deque<FramePtr> ready_;  ///< blank frames for lost ones, and what follows them
    FramePtr last_;               ///< what blank frames are like
    std::int64_t last_packet_pts_ = AV_NOPTS_VALUE;
    std::int64_t last_pts_ = AV_NOPTS_VALUE;
    std::int64_t frames_ = 0;
    bool key_seen_ = false;
    int leading_ = 0;  ///< packets before the first one that stands alone, less those whose failure was passed over
    int errors_ = 0;
    bool may_change_ = false;
    int width_ = 0, height_ = 0, format_ = -1;
};

}  // namespace invisiblur::av
