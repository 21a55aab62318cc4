#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "invisiblur/options.hpp"
#include "media/libav/format_converter.hpp"
#include "media/libav/frame_fitter.hpp"
#include "media/libav/handles.hpp"
#include "media/libav/log_listener.hpp"
#include "media/read/salvage.hpp"

namespace invisiblur::av {

/// Decodes one video stream; each frame it gives has a pts, later than the one before.
/// Units:   pts and durations in the stream's time base.
/// Frames of another size or pixel format than the stream's go on in its own, or in that of options.size, unless packets or parts of the file are
/// taken as they are.
/// Errors:  a broken packet, a picture that was patched up, another size where it cannot go on: one sentence with the time.
///          Destroy only after that. Where the job goes on after damage blank frames stand for all that instead, and what comes before the first whole picture is left
///          out. Else packets that cannot be decoded before the first key frame are passed over, as every player does, but not with options.strict.
/// Order:   send(), receive() until it gives nothing, again; send(nullptr) at the end.
/// Threads: one thread at a time; decodes with several of its own.
class VideoDecoder {
public:
    VideoDecoder(const AVStream& stream, AVRational frame_rate, const Options& options, const std::string& source);
    VideoDecoder(const VideoDecoder&) = delete;
    VideoDecoder& operator=(const VideoDecoder&) = delete;

    /// Frames may change their size and pixel format, and come in any format: a filter follows that makes them alike.
    void allow_changes() { may_change_ = true; }

    /// A change of size is a SizeChange where options.size says nothing of this stream: else the first one goes on.
    void ask_for_size() { asks_ = true; }

    void send(const AVPacket* packet);
    std::optional<FramePtr> receive();

    /// Makes a drained decoder ready for a packet that stands alone.
    void restart();

    /// Something between the packets sent so far and the next one is broken or missing. Only where the job goes on after damage.
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
    void begin(const AVFrame& frame);
    FramePtr made_alike(FramePtr frame);
    [[noreturn]] void refuse_change(const AVFrame& frame) const;
    [[noreturn]] void fail(const std::string& what, std::int64_t pts) const;
    bool passes_over(int code);
    void note_late_start(const AVFrame& first);
    void check_coded(const AVPacket& packet);

    std::string source_;
    bool strict_;
    int index_;
    AVRational time_base_;
    std::int64_t usual_duration_;
    LogListener log_;
    CodecPtr codec_;
    std::unique_ptr<FormatConverter> converter_;
    std::unique_ptr<Salvage> salvage_;
    std::deque<FramePtr> ready_;  ///< blank frames for lost ones, and what follows them
    FramePtr lead_;               ///< the last damaged one before the first whole one
    FramePtr last_;               ///< what blank frames are like
    std::int64_t first_packet_pts_ = AV_NOPTS_VALUE;
    std::int64_t last_packet_pts_ = AV_NOPTS_VALUE;
    std::int64_t last_pts_ = AV_NOPTS_VALUE;
    std::int64_t frames_ = 0;
    bool key_seen_ = false;
    int leading_ = 0;  ///< packets before the first one that stands alone, less those whose failure was passed over
    int errors_ = 0;
    int length_size_ = 0;  ///< bytes of the lengths before H.264's and HEVC's units; 0 where there are none
    bool may_change_ = false;
    bool fits_;           ///< frames of another size or format are made alike
    bool asks_ = false;
    std::optional<FrameSize> wanted_;
    FrameSize size_;      ///< of what comes out
    FrameSize shown_;     ///< of the last frame as it came
    int format_ = -1;     ///< of what comes in
    std::optional<FrameFitter> fitter_;
};

}  // namespace invisiblur::av
