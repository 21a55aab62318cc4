#include "media/write/frame_sink.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>
#include <utility>

#include "media/write/filtering_sink.hpp"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/md5.h>
}

namespace invisiblur::av {
namespace {

std::string md5_of(const AVFrame& frame) {
    const auto format = static_cast<AVPixelFormat>(frame.format);
    const int size = check(av_image_get_buffer_size(format, frame.width, frame.height, 1), "cannot hash a frame");
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(size));
    check(av_image_copy_to_buffer(pixels.data(), size, frame.data, frame.linesize, format, frame.width, frame.height, 1), "cannot hash a frame");
    std::array<std::uint8_t, 16> digest{};
    av_md5_sum(digest.data(), pixels.data(), pixels.size());
    std::string hex;
    for (const std::uint8_t byte : digest) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

/// Players find a picture in a program stream by the start code behind it: a film of one picture has none unless its end is marked.
bool is_program_stream(const AVOutputFormat& container) {
    constexpr std::array<std::string_view, 5> kNames = {"mpeg", "vob", "dvd", "svcd", "vcd"};
    return std::ranges::find(kNames, container.name) != kNames.end();
}

/// sequence_end_code (ISO/IEC 13818-2, 6.2.1).
void append_sequence_end(AVPacket& packet) {
    constexpr std::array<std::uint8_t, 4> kEnd = {0, 0, 1, 0xB7};
    const int before = packet.size;
    check(av_grow_packet(&packet, static_cast<int>(kEnd.size())), "cannot end the video");
    std::ranges::copy(kEnd, packet.data + before);
}

}  // namespace

void HashSink::frame(std::size_t video, FramePtr frame, bool /*masked*/) {
    if (video == 0) out_ << frame->pts << ' ' << md5_of(*frame) << '\n';
}

void throw_hashes_lost() {
    throw std::runtime_error("cannot write the hashes: the disk is full, or nobody reads them any more");
}

void HashSink::finish() {
    if (!out_.flush()) throw_hashes_lost();
}

MuxSink::MuxSink(OutputFile& file, const AVOutputFormat& container, const Reader& source, std::vector<std::unique_ptr<Encoder>> encoders,
                 std::vector<Cover> covers, const FileLayout& layout, const SoundPlan& sound, const Options& options, const Warn& warn)
    : encoders_(std::move(encoders)), ends_sequence_(is_program_stream(container)), held_(encoders_.size()) {
    const std::vector<VideoStream> after = after_filters(source.videos(), options);
    std::vector<EncodedStream> streams;
    for (std::size_t i = 0; i < encoders_.size(); ++i) {
        source_of_.push_back(source.videos()[i].index);
        streams.push_back({source_of_.back(), &encoders_[i]->context()});
        const VideoStream& video = after.empty() ? source.videos()[i] : after[i];
        if (video.filtered) streams.back().time_base = video.time_base, streams.back().frame_rate = video.frame_rate;
    }
    writer_ = std::make_unique<Writer>(file, container, source.container(), streams, std::move(covers), layout, sound, options, warn);
}

void MuxSink::frame(std::size_t video, FramePtr frame, bool /*masked*/) {
    encoders_[video]->send(std::move(frame));
    write_packets(video);
}

void MuxSink::packet(int source_stream, PacketPtr packet) {
    writer_->write(source_stream, std::move(packet));
}

void MuxSink::finish() {
    for (std::size_t i = 0; i < encoders_.size(); ++i) {
        encoders_[i]->finish();
        write_packets(i);
        if (!held_[i]) continue;
        append_sequence_end(*held_[i]);
        writer_->write(source_of_[i], std::move(held_[i]));
    }
    writer_->finish();
}

void MuxSink::write_packets(std::size_t video) {
    while (auto packet = encoders_[video]->receive()) {
        if (ends_sequence_) std::swap(*packet, held_[video]);
        if (*packet) writer_->write(source_of_[video], std::move(*packet));
    }
}

std::vector<std::unique_ptr<Encoder>> make_encoders(const Reader& source, const AVOutputFormat* container, const Options& options) {
    std::vector<std::unique_ptr<Encoder>> encoders;
    const std::vector<VideoStream> after = after_filters(source.videos(), options);
    for (const VideoStream& video : options.vf_after.empty() ? source.videos() : after) {
        const AVStream& stream = *source.container().streams[video.index];
        const auto format = static_cast<AVPixelFormat>(video.first->format);
        const EncoderChoice choice = choose_encoder(options.video_codec, stream.codecpar->codec_id, format, {video.first->width, video.first->height}, container);
        encoders.push_back(std::make_unique<Encoder>(choice, stream, video, options, container));
    }
    return encoders;
}

}  // namespace invisiblur::av
