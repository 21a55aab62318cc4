#include "media/write/preview_clip.hpp"

#include <algorithm>
#include <optional>

#include "media/libav/compat.hpp"
#include "media/libav/small_picture.hpp"
#include "media/read/reader.hpp"
#include "media/write/output_file.hpp"

namespace invisiblur::av {
namespace {

constexpr AVRational kClock{1, 90000};

bool plays_in_browsers(AVCodecID codec) {
    return codec == AV_CODEC_ID_AAC || codec == AV_CODEC_ID_MP3 || codec == AV_CODEC_ID_OPUS || codec == AV_CODEC_ID_FLAC;
}

class ClipMaker {
public:
    ClipMaker(const PreviewClip& clip, const Options& options, const std::atomic<bool>& cancel)
        : reader_(clip.source, options, cancel, Reader::Streams::all),
          video_(reader_.videos().at(0)),
          shrinker_(clip.longest_px, false),
          file_(clip.target, OutputFile::Existing::replace) {
        const FramePtr first = make_frame_reference(*video_.first);
        start_pts_ = first->pts != AV_NOPTS_VALUE ? first->pts : 0;
        open_encoder(clip.longest_px);
        open_container();
    }

    void run(const std::function<void(std::int64_t)>& told) {
        std::int64_t frames = 0;
        while (auto item = reader_.next()) {
            if (item->frame && item->stream == video_.index) {
                encode(item->frame.get());
                told(++frames);
            } else if (item->packet && item->stream == sound_) {
                copy_sound(std::move(item->packet));
            }
        }
        encode(nullptr);
        check(av_write_trailer(container_.get()), "cannot end a preview clip");
        avio_flush(file_.io());
        check(file_.error(), "cannot write a preview clip");
        file_.commit();
    }

private:
    void open_encoder(int longest_px) {
        const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
        if (!codec) throw std::runtime_error("cannot make a clip for the review: this libavcodec has no H.264 encoder");
        const double scale = std::min(1.0, static_cast<double>(longest_px) / std::max(video_.shape.width, video_.shape.height));
        encoder_ = make_codec(codec);
        encoder_->width = std::max(2, static_cast<int>(video_.shape.width * scale / 2 + 0.5) * 2);
        encoder_->height = std::max(2, static_cast<int>(video_.shape.height * scale / 2 + 0.5) * 2);
        encoder_->pix_fmt = AV_PIX_FMT_YUV420P;
        encoder_->color_range = AVCOL_RANGE_MPEG;
        encoder_->colorspace = AVCOL_SPC_SMPTE170M;
        encoder_->sample_aspect_ratio = video_.first->sample_aspect_ratio;
        encoder_->time_base = kClock;
        encoder_->framerate = video_.frame_rate;
        const double rate = video_.shape.frame_rate > 0 ? video_.shape.frame_rate : 25;
        encoder_->gop_size = std::max(1, static_cast<int>(rate / 2));
        encoder_->max_b_frames = 0;  // what waits for later frames makes jumping slow
        encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
        AVDictionary* raw = nullptr;
        av_dict_set(&raw, "preset", "superfast", 0);
        av_dict_set(&raw, "crf", "26", 0);
        const int code = avcodec_open2(encoder_.get(), codec, &raw);
        av_dict_free(&raw);
        check(code, "cannot make a clip for the review");
    }

    void open_container() {
        AVFormatContext* made = nullptr;
        check(avformat_alloc_output_context2(&made, nullptr, "mp4", nullptr), "cannot make a clip for the review");
        container_.reset(made);
        container_->pb = file_.io();
        container_->flags |= AVFMT_FLAG_CUSTOM_IO;
        AVStream* const stream = not_null(avformat_new_stream(made, nullptr));
        check(avcodec_parameters_from_context(stream->codecpar, encoder_.get()), "cannot describe a preview clip");
        stream->time_base = kClock;
        stream->sample_aspect_ratio = encoder_->sample_aspect_ratio;
        for (unsigned i = 0; i < reader_.container().nb_streams && sound_ < 0; ++i) add_sound(static_cast<int>(i));
        check(avformat_write_header(made, nullptr), "cannot begin a preview clip");
    }

    void add_sound(int index) {
        const AVStream& source = *reader_.container().streams[index];
        if (source.codecpar->codec_type != AVMEDIA_TYPE_AUDIO || !plays_in_browsers(source.codecpar->codec_id)) return;
        if (source.codecpar->extradata_size == 0 && source.codecpar->codec_id == AV_CODEC_ID_AAC) return;  // as in MPEG-TS: needs a filter
        AVStream* const stream = not_null(avformat_new_stream(container_.get(), nullptr));
        check(avcodec_parameters_copy(stream->codecpar, source.codecpar), "cannot describe a preview clip's sound");
        stream->codecpar->codec_tag = 0;
        stream->time_base = source.time_base;
        sound_ = index;
    }

    void encode(AVFrame* frame) {
        FramePtr small;
        if (frame) {
            small = shrinker_.shrink(*frame);
            const std::int64_t at = frame->pts != AV_NOPTS_VALUE ? frame->pts - start_pts_ : 0;
            small->pts = std::max(last_pts_ + 1, av_rescale_q(at, video_.time_base, kClock));
            last_pts_ = small->pts;
        }
        check(avcodec_send_frame(encoder_.get(), small.get()), "cannot encode a preview clip");
        for (;;) {
            PacketPtr packet = make_packet();
            const int code = avcodec_receive_packet(encoder_.get(), packet.get());
            if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
            check(code, "cannot encode a preview clip");
            write(std::move(packet), 0, kClock);
        }
    }

    void copy_sound(PacketPtr packet) {
        const AVRational base = reader_.container().streams[sound_]->time_base;
        const std::int64_t shift = av_rescale_q(start_pts_, video_.time_base, base);
        const std::int64_t dts = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
        if (dts == AV_NOPTS_VALUE || dts < shift) return;
        const std::int64_t at = av_rescale_q(dts - shift, base, container_->streams[1]->time_base);
        if (at <= last_sound_) return;
        last_sound_ = at;
        packet->pts = packet->dts = dts - shift;
        write(std::move(packet), 1, base);
    }

    void write(PacketPtr packet, int stream, AVRational base) {
        packet->stream_index = stream;
        packet->pos = -1;
        av_packet_rescale_ts(packet.get(), base, container_->streams[stream]->time_base);
        check(av_interleaved_write_frame(container_.get(), packet.get()), "cannot write a preview clip");
    }

    Reader reader_;
    const VideoStream& video_;
    Shrinker shrinker_;
    OutputFile file_;
    CodecPtr encoder_;
    OutputPtr container_;
    std::int64_t start_pts_ = 0;
    std::int64_t last_pts_ = -1;
    std::int64_t last_sound_ = -1;
    int sound_ = -1;
};

}  // namespace

void make_preview_clip(const PreviewClip& clip, const Options& options, const std::atomic<bool>& cancel,
                       const std::function<void(std::int64_t)>& frame) {
    ClipMaker(clip, options, cancel).run(frame);
}

}  // namespace invisiblur::av
