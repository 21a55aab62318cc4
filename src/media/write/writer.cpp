#include "media/write/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/fault_point.hpp"
#include "media/libav/compat.hpp"
#include "media/libav/give_aways.hpp"
#include "media/libav/metadata.hpp"

extern "C" {
#include <libavutil/opt.h>
}

namespace invisiblur::av {

Writer::Writer(OutputFile& file, const AVOutputFormat& container, const AVFormatContext& source, const std::vector<EncodedStream>& videos,
               std::vector<Cover> covers, const FileLayout& layout, const SoundPlan& sound, const Options& options, const Warn& warn)
    : file_(file), source_(source), strict_(options.strict), warn_(warn), edits_(sound, source, container, options, warn) {
    AVFormatContext* raw = nullptr;
    check(avformat_alloc_output_context2(&raw, &container, nullptr, nullptr), "cannot set up the container");
    context_.reset(raw);
    log_.listen(*context_);
    context_->flags |= AVFMT_FLAG_CUSTOM_IO;
    context_->pb = file.io();
    if (file.streams()) context_->flags |= AVFMT_FLAG_FLUSH_PACKETS;
    if (!file.address().empty()) prepare_live();
    else if (!file.streams()) context_->url = not_null(av_strdup(("file:" + file.written_path()).c_str()));
    context_->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;  // what stands in a file already is past being tried out
    add_streams(videos, covers, options, warn);
    tell_about_tags(source, options, warn);
    copy_tags(&context_->metadata, source.metadata, options);
    edits_.clean(&context_->metadata);
    av_dict_set(&context_->metadata, "encoder", nullptr, 0);
    note_editing(&context_->metadata, container, options);
    if (!drops(options, "metadata")) copy_chapters();
    if (keeps_programs()) copy_programs();
    write_header(layout);
    begin_record(videos);
    for (Cover& cover : covers)
        if (!is_matroska(container)) write(cover.source, std::move(cover.packet));
}

/// Who looks on does not wait for a sound that fell silent.
void Writer::prepare_live() {
    constexpr std::int64_t kMostApart_us = 2'000'000;  // above any delay of pictures behind their sound that is usual
    context_->url = not_null(av_strdup(file_.address().c_str()));
    context_->interrupt_callback = file_.interrupt();
    context_->max_interleave_delta = kMostApart_us;
    file_.begin_packet();
}

/// From one transport stream to another.
bool Writer::keeps_programs() const {
    return std::string_view(context_->oformat->name) == "mpegts" && std::string_view(source_.iformat->name) == "mpegts";
}

void Writer::note_edits() {
    sent_.texts_cleaned = edits_.texts_cleaned();
    for (const auto& [source, place] : placed_) {
        const AVCodecParameters& before = *source_.streams[source]->codecpar;
        if (before.codec_type != AVMEDIA_TYPE_AUDIO) continue;
        const StreamTally& tally = sent_.streams[static_cast<std::size_t>(place)].tally;
        const SoundTrack* const track = edits_.track(source);
        const std::int64_t copied = track ? track->copied() : tally.packets;
        sent_.sound.push_back({source, avcodec_get_name(before.codec_id), avcodec_get_name(tally.codec), copied, tally.packets - copied});
        if (track && track->broken() > 0)
            warn_(fmt::format("stream {} (audio) is damaged: {} of its packets could not be decoded and are silence", source, track->broken()));
    }
}

void Writer::fail(int code) const {
    const std::string reason = log_.last();
    if (!file_.address().empty() && (code < 0 || file_.error() != 0))
        throw std::runtime_error(fmt::format("{} takes the stream no longer ({}): start its receiver, then this again", file_.name(),
                                             libav_category().message(file_.error() != 0 ? file_.error() : code)));
    if (file_.error() != 0) check(file_.error(), "cannot write " + file_.name());
    check(code, "cannot write " + file_.name() + (reason.empty() ? "" : " (" + reason + ")"));
}

void Writer::write_header(const FileLayout& layout) {
    DictPtr settings = muxer_settings(*context_, source_, layout, file_.name(), file_.streams());
    AVDictionary* raw = settings.release();
    const int code = avformat_write_header(context_.get(), &raw);
    settings.reset(raw);
    fail(code);
}

/// Time bases are the muxer's own from here on.
void Writer::begin_record(const std::vector<EncodedStream>& videos) {
    sent_.container = context_->oformat;
    for (unsigned i = 0; i < context_->nb_streams; ++i) sent_.streams.push_back({tally_of(*context_->streams[i]), std::nullopt});
    given_.resize(sent_.streams.size());
    for (const EncodedStream& video : videos) {
        const auto place = placed_.find(video.source);
        if (place == placed_.end()) continue;
        sent_.streams[static_cast<std::size_t>(place->second)].picture = {video.codec->width, video.codec->height, video.codec->pix_fmt};
    }
}

/// As ffmpeg copies: a packet that is no later than the one before it is moved right behind it.
void Writer::keep_rising(AVPacket& packet, const AVStream& stream) {
    const bool timeless = context_->oformat->flags & AVFMT_NOTIMESTAMPS || stream.codecpar->codec_type == AVMEDIA_TYPE_DATA;
    if (timeless || packet.dts == AV_NOPTS_VALUE) return;
    const auto before = last_dts_.find(stream.index);
    const std::int64_t least = before == last_dts_.end() ? packet.dts : before->second + (context_->oformat->flags & AVFMT_TS_NONSTRICT ? 0 : 1);
    if (packet.dts < least) {
        if (packet.pts != AV_NOPTS_VALUE && packet.pts >= packet.dts) packet.pts = std::max(packet.pts, least);
        packet.dts = least;
    }
    last_dts_[stream.index] = packet.dts;
}

/// An animated PNG's last picture would last as long as the one before it.
void Writer::set_last_delay(const AVPacket& packet, AVRational time_base) {
    constexpr std::int64_t kMost = 65535;  // 16 bits of the chunk fcTL
    AVRational delay{};
    av_reduce(&delay.num, &delay.den, packet.duration * time_base.num, time_base.den, kMost);
    if (packet.duration > 0) av_opt_set_q(context_->priv_data, "final_delay", delay, 0);
}

void Writer::write(int source_stream, PacketPtr packet) {
    if (!placed_.contains(source_stream)) return;
    if (SoundTrack* const track = edits_.track(source_stream)) {
        track->send(std::move(packet));
        return place_sound(source_stream, *track);
    }
    edits_.clean(source_stream, *packet);
    place(source_stream, std::move(packet));
}

void Writer::place_sound(int source_stream, SoundTrack& track) {
    while (auto packet = track.receive()) place(source_stream, std::move(*packet));
}

void Writer::place(int source_stream, PacketPtr packet) {
    const auto place = placed_.find(source_stream);
    const AVStream& stream = *context_->streams[place->second];
    const auto clock = clocks_.find(source_stream);
    const AVRational time_base = clock != clocks_.end() ? clock->second : source_.streams[source_stream]->time_base;
    av_packet_rescale_ts(packet.get(), time_base, stream.time_base);
    if (!clocks_.contains(source_stream) && stream.codecpar->codec_type != AVMEDIA_TYPE_VIDEO) keep_rising(*packet, stream);
    // It keeps one time of each packet of sound; two that differ come out of damaged files only.
    const bool one_time = stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO && std::string_view(context_->oformat->name) == "flv";
    if (one_time && packet->dts != AV_NOPTS_VALUE) packet->pts = packet->dts;
    StreamTally& tally = sent_.streams[static_cast<std::size_t>(place->second)].tally;
    tally.note(*packet);
    if (file_.streams()) tally.forget_times();  // nobody reads it again, and a stream may go on for ever
    if (fault_at(stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO ? "mux video" : "mux other", tally.packets)) return;
    if (is_matroska(*context_->oformat)) {
        const std::int64_t delay = forgotten_codec_delay(stream);
        if (packet->pts != AV_NOPTS_VALUE) packet->pts += delay;
        if (packet->dts != AV_NOPTS_VALUE) packet->dts += delay;
    }
    if (std::string_view(context_->oformat->name) == "apng") set_last_delay(*packet, stream.time_base);
    hand_over(place->second, *packet);
}

void Writer::hand_over(int stream, AVPacket& packet) {
    SentStream& sent = sent_.streams[static_cast<std::size_t>(stream)];
    if (sent.ends_early) return;
    packet.stream_index = stream;
    packet.pos = -1;
    ++given_[static_cast<std::size_t>(stream)];
    file_.begin_packet();
    const int code = av_interleaved_write_frame(context_.get(), &packet);
    if (code < 0) leave_out_refused(code);
}

/// libav does not say whose packet was refused, since that may have waited for others. So all that waits is written, and what is missing
/// then was refused.
void Writer::leave_out_refused(int code) {
    // Matroska's muxer holds a packet of sound back, and when it does not take that loses the one that it is given then.
    const bool held_back = log_.last().find("cached audio packet") != std::string::npos;
    const bool unconnected = !file_.address().empty() && code != AVERROR(EINVAL) && code != AVERROR_INVALIDDATA;
    if (strict_ || unconnected || held_back || file_.error() != 0 || code == AVERROR(ENOMEM)) fail(code);
    while (av_interleaved_write_frame(context_.get(), nullptr) < 0) continue;  // each refuses one packet more
    if (file_.error() != 0) fail(code);
    std::vector<int> refused;
    for (unsigned i = 0; i < context_->nb_streams; ++i)
        if (!sent_.streams[i].ends_early && given_[i] > context_->streams[i]->nb_frames) refused.push_back(static_cast<int>(i));
    const bool copied = std::ranges::all_of(refused, [&](int i) { return !sent_.streams[static_cast<std::size_t>(i)].picture; });
    if (refused.empty() || !copied) fail(code);
    for (const int stream : refused) end_early(stream);
}

void Writer::end_early(int stream) {
    SentStream& sent = sent_.streams[static_cast<std::size_t>(stream)];
    sent.ends_early = true;
    const auto place = std::ranges::find(placed_, stream, &std::pair<const int, int>::second);
    const std::string reason = log_.last();
    const std::int64_t last = sent.tally.times.empty() ? 0 : sent.tally.times.back();
    warn_(fmt::format("stream {} ({}) is left out from about {:.1f} s on: {} does not take what comes there{}", place->first, avcodec_get_name(sent.tally.codec),
                      static_cast<double>(last) * av_q2d(sent.tally.time_base), context_->oformat->name, reason.empty() ? "" : " (" + reason + ")"));
}

void Writer::finish() {
    for (const auto& [stream, track] : edits_.tracks()) {
        if (!placed_.contains(stream)) continue;
        track->finish();
        place_sound(stream, *track);
    }
    note_edits();
    file_.begin_packet();
    if (const int code = av_interleaved_write_frame(context_.get(), nullptr); code < 0) leave_out_refused(code);
    fail(av_write_trailer(context_.get()));
    if (context_->pb) avio_flush(context_->pb);
    fail(context_->pb ? context_->pb->error : 0);
    if (!file_.streams()) sent_.file_bytes = avio_size(context_->pb);
}

}  // namespace invisiblur::av
