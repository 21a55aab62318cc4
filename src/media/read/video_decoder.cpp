#include "media/read/video_decoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "media/bitstream/parameter_sets.hpp"
#include "media/libav/colour_tags.hpp"
#include "media/libav/compat.hpp"
#include "media/libav/pixel_layout.hpp"
#include "media/read/input.hpp"
#include "media/read/size_change.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace invisiblur::av {
namespace {

/// libav's own VP8 and VP9 decoders leave transparency out.
const AVCodec* decoder_for(const AVStream& stream) {
    const AVDictionaryEntry* alpha = av_dict_get(stream.metadata, "alpha_mode", nullptr, 0);
    const AVCodecID id = stream.codecpar->codec_id;
    const AVCodec* with_alpha = nullptr;
    if (alpha && std::string_view(alpha->value) == "1") {
        if (id == AV_CODEC_ID_VP8) with_alpha = avcodec_find_decoder_by_name("libvpx");
        if (id == AV_CODEC_ID_VP9) with_alpha = avcodec_find_decoder_by_name("libvpx-vp9");
    }
    return with_alpha ? with_alpha : avcodec_find_decoder(id);
}

std::int64_t duration_of_frame(AVRational rate, AVRational time_base) {
    if (rate.num <= 0 || rate.den <= 0) rate = {25, 1};
    return std::max<std::int64_t>(1, av_rescale_q(1, av_inv_q(rate), time_base));
}

}  // namespace

VideoDecoder::VideoDecoder(const AVStream& stream, AVRational frame_rate, const Options& options, const std::string& source)
    : source_(source), strict_(options.strict), index_(stream.index), time_base_(stream.time_base), usual_duration_(duration_of_frame(frame_rate, stream.time_base)),
      fits_(!takes_packets_as_they_are(options)), wanted_(frame_size(options.size, stream.index)) {
    const AVCodec* codec = decoder_for(stream);
    const char* name = avcodec_get_name(stream.codecpar->codec_id);
    if (!codec) throw std::runtime_error(fmt::format("stream {} of {}: there is no decoder for {}", index_, source_, name));
    codec_ = make_codec(codec);
    check(avcodec_parameters_to_context(codec_.get(), stream.codecpar), "cannot set up the decoder");
    codec_->pkt_timebase = stream.time_base;
    // H.264's decoder tells of broken pictures only where it works alone on one.
    const bool alone = goes_on_after_damage(options) && stream.codecpar->codec_id == AV_CODEC_ID_H264;
    codec_->thread_count = alone ? 1 : options.threads;
    codec_->max_pixels = options.max_pixels;
    codec_->err_recognition |= AV_EF_CRCCHECK;
    if (goes_on_after_damage(options)) {
        salvage_ = std::make_unique<Salvage>(index_, time_base_, usual_duration_);
        codec_->thread_type = FF_THREAD_SLICE;  // with frames side by side nobody knows which one a complaint is about
    }
    length_size_ = nal_length_size(stream.codecpar->codec_id, byte_view(stream.codecpar->extradata, stream.codecpar->extradata_size));
    log_.listen(*codec_);
    check(avcodec_open2(codec_.get(), codec, nullptr), fmt::format("cannot open the {} decoder for stream {} of {}", name, index_, source_));
}

void VideoDecoder::fail(const std::string& what, std::int64_t pts) const {
    const std::string place = pts == AV_NOPTS_VALUE ? "" : " at " + clock_text(static_cast<double>(pts) * av_q2d(time_base_));
    const std::string reason = log_.last();
    throw std::runtime_error(
        fmt::format("stream {} of {}: {}{}{}", index_, source_, what, place, reason.empty() ? "" : " (" + reason + ")"));
}

/// Streams that were cut out of a broadcast begin in the middle of a group of pictures: what comes before the first key frame may fail.
bool VideoDecoder::passes_over(int code) {
    const bool passed = code == AVERROR_INVALIDDATA && frames_ == 0 && !strict_ && leading_-- > 0;
    if (passed && salvage_) salvage_->note_lead(last_packet_pts_);
    return passed;
}

/// A stream that was cut out of another, of which decoders leave out what cannot be decoded without a word.
void VideoDecoder::note_late_start(const AVFrame& first) {
    const bool later = first_packet_pts_ == AV_NOPTS_VALUE || first.pts > first_packet_pts_;
    if (leading_ <= 0 || !key_seen_ || !is_key(first) || !later) return;
    if (strict_) fail("it begins in the middle of a group of pictures; the first whole one comes", first.pts);
    if (salvage_) salvage_->note_lead(first_packet_pts_ != AV_NOPTS_VALUE ? first_packet_pts_ : first.pts);
}

/// What a disk or a download never wrote is zeros, which no decoder of HEVC complains of.
void VideoDecoder::check_coded(const AVPacket& packet) {
    const bool hevc = codec_->codec_id == AV_CODEC_ID_HEVC;
    if (!hevc && codec_->codec_id != AV_CODEC_ID_H264) return;
    if (!holds_unwritten_slice(byte_view(packet.data, packet.size), length_size_, hevc)) return;
    if (!salvage_) fail("a part of a picture was never written", last_packet_pts_);
    salvage_->hit(last_packet_pts_, "a part of a picture was never written");
}

void VideoDecoder::send(const AVPacket* packet) {
    if (packet) {
        last_packet_pts_ = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
        if (first_packet_pts_ == AV_NOPTS_VALUE) first_packet_pts_ = last_packet_pts_;
        check_coded(*packet);
        key_seen_ |= (packet->flags & AV_PKT_FLAG_KEY) != 0;
        leading_ += key_seen_ ? 0 : 1;
        if (salvage_ && packet->flags & AV_PKT_FLAG_CORRUPT) salvage_->hit(last_packet_pts_, "a packet is corrupt");
    }
    const int code = avcodec_send_packet(codec_.get(), packet);
    if (passes_over(code) || lose(code)) return;
    if (code == AVERROR_INVALIDDATA) fail("the picture data are broken", last_packet_pts_);
    check(code, fmt::format("cannot decode stream {} of {}", index_, source_));
}

/// A packet that gives no picture is one more blank one.
bool VideoDecoder::lose(int code) {
    if (!salvage_ || code >= 0 || code == AVERROR(ENOMEM)) return false;
    salvage_->lose(last_packet_pts_, log_.last());
    errors_ = log_.errors();
    return true;
}

std::optional<FramePtr> VideoDecoder::next_ready() {
    if (ready_.empty()) return std::nullopt;
    FramePtr frame = std::move(ready_.front());
    ready_.pop_front();
    return frame;
}

std::optional<FramePtr> VideoDecoder::receive() {
    if (auto ready = next_ready()) return ready;
    FramePtr frame = make_frame();
    const int code = avcodec_receive_frame(codec_.get(), frame.get());
    if (code == AVERROR_EOF) end_salvage();
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return next_ready();
    if (passes_over(code) || lose(code)) return receive();
    if (code == AVERROR_INVALIDDATA) fail("the picture data are broken", last_packet_pts_);
    check(code, fmt::format("cannot decode stream {} of {}", index_, source_));
    FramePtr whole = complete(std::move(frame));
    if (!salvage_) return whole;
    FramePtr shown = salvaged(std::move(whole));
    if (!shown) return receive();
    ready_.push_back(std::move(shown));
    return next_ready();
}

void VideoDecoder::check_picture(const AVFrame& frame) {
    const bool patched = frame.decode_error_flags != 0 || frame.flags & AV_FRAME_FLAG_CORRUPT;
    const int errors = log_.errors();  // some decoders only complain
    const bool complained = errors > errors_ && (frames_ > 0 || !is_key(frame));
    errors_ = errors;
    if (!patched && !complained) return;
    if (!salvage_) fail("a picture is damaged", frame.pts);
    salvage_->hit(complained ? std::max(frame.pts, last_packet_pts_) : frame.pts, log_.last());
}

/// Blank where it is damaged, after blank ones for those that were lost before it; null where nothing whole came before.
FramePtr VideoDecoder::salvaged(FramePtr frame) {
    if (!last_ && salvage_->spoils(*frame) && salvage_->is_lead(frame->pts)) {
        salvage_->note_lead(frame->pts);
        lead_ = std::move(frame);
        return nullptr;
    }
    const std::int64_t before = last_ ? last_->pts : AV_NOPTS_VALUE;
    for (std::int64_t n = salvage_->missing(before, frame->pts); n > 0; --n) add_blank(*last_);
    if (salvage_->spoils(*frame)) {
        frame = blank_like(*frame, frame->width, frame->height, frame->format);
        salvage_->note_blank(frame->pts);
    }
    last_ = make_frame_reference(*frame);
    return frame;
}

/// One frame later than the last.
void VideoDecoder::add_blank(const AVFrame& like) {
    FramePtr blank = blank_like(like, like.width, like.height, like.format);
    blank->pts = like.pts + usual_duration_;
    salvage_->note_blank(blank->pts);
    last_pts_ = std::max(last_pts_, blank->pts);
    last_ = make_frame_reference(*blank);
    ++frames_;
    ready_.push_back(std::move(blank));
}

void VideoDecoder::end_salvage() {
    if (!salvage_) return;
    if (!last_ && lead_) {  // there is no whole picture at all
        FramePtr blank = blank_like(*lead_, lead_->width, lead_->height, lead_->format);
        salvage_->note_blank(blank->pts);
        last_ = make_frame_reference(*blank);
        ready_.push_back(std::move(blank));
    }
    if (!last_) return;
    for (std::int64_t n = salvage_->missing_at_end(); n > 0; --n) add_blank(*last_);
}

void VideoDecoder::restart() {
    avcodec_flush_buffers(codec_.get());
}

FramePtr VideoDecoder::complete(FramePtr frame) {
    forget_unknown_colours(*frame);
    std::int64_t pts = frame->best_effort_timestamp;
    if (pts == AV_NOPTS_VALUE) pts = last_pts_ == AV_NOPTS_VALUE ? 0 : last_pts_ + usual_duration_;
    if (last_pts_ != AV_NOPTS_VALUE && pts <= last_pts_) pts = last_pts_ + 1;
    frame->pts = last_pts_ = pts;
    check_picture(*frame);
    if (frames_ == 0) note_late_start(*frame);
    if (!may_change_) frame = made_alike(std::move(frame));
    ++frames_;
    return frame;
}

/// The stream is as its first frame is.
void VideoDecoder::begin(const AVFrame& frame) {
    shown_ = {frame.width, frame.height};
    size_ = wanted_.value_or(shown_);
    format_ = frame.format;
    const auto format = static_cast<AVPixelFormat>(format_);
    const AVPixelFormat native = native_format(format);
    if (native == AV_PIX_FMT_NONE) pixel_layout(format);  // throws and names it
    if (native != format) converter_ = std::make_unique<FormatConverter>(native);
    fitter_.emplace(size_, native, yuv_colour_of(frame));
}

/// Of the stream's size and format.
FramePtr VideoDecoder::made_alike(FramePtr frame) {
    if (frames_ == 0) begin(*frame);
    const FrameSize now{frame->width, frame->height};
    const bool other = now != std::exchange(shown_, now);
    if (now == size_ && frame->format == format_) {
        if (converter_) frame = converter_->convert(*frame);
    } else {
        if (!fits_) refuse_change(*frame);
        if (other && asks_ && !wanted_) throw SizeChange(index_);
        frame = fitter_->fit(*frame);
    }
    if (other) mark_another_size(*frame);
    return frame;
}

void VideoDecoder::refuse_change(const AVFrame& frame) const {
    constexpr const char* kAdvice = "cut the video there and do each part on its own";
    if (frame.width != size_.width || frame.height != size_.height)
        fail(fmt::format("the frame size changes from {}x{} to {}x{}, {}:", size_.width, size_.height, frame.width, frame.height, kAdvice), frame.pts);
    fail(fmt::format("the pixel format changes from {} to {}, {}:", format_name(format_), format_name(frame.format), kAdvice), frame.pts);
}

}  // namespace invisiblur::av
