#include "media/write/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <string_view>

#include "media/libav/compat.hpp"
#include "media/libav/give_aways.hpp"
#include "media/libav/metadata.hpp"

// How a writer describes its streams, programs and chapters.

namespace invisiblur::av {
namespace {

/// What stays true of a picture that was encoded anew.
bool survives_encoding(AVPacketSideDataType type) {
    return type == AV_PKT_DATA_DISPLAYMATRIX || type == AV_PKT_DATA_STEREO3D || type == AV_PKT_DATA_SPHERICAL ||
           type == AV_PKT_DATA_MASTERING_DISPLAY_METADATA || type == AV_PKT_DATA_CONTENT_LIGHT_LEVEL;
}

/// Matroska wants a file name; players know a cover by this one.
void name_cover(AVStream& stream) {
    const bool png = stream.codecpar->codec_id == AV_CODEC_ID_PNG;
    av_dict_set(&stream.metadata, "filename", png ? "cover.png" : "cover.jpg", AV_DICT_DONT_OVERWRITE);
    av_dict_set(&stream.metadata, "mimetype", png ? "image/png" : "image/jpeg", AV_DICT_DONT_OVERWRITE);
}

/// MXF's muxer asks for the profile, which the encoder tells by its tag alone.
int prores_profile(std::uint32_t tag) {
    constexpr std::array kTags = {MKTAG('a', 'p', 'c', 'o'), MKTAG('a', 'p', 'c', 's'), MKTAG('a', 'p', 'c', 'n'), MKTAG('a', 'p', 'c', 'h'),
                                  MKTAG('a', 'p', '4', 'h'), MKTAG('a', 'p', '4', 'x')};
    const auto place = std::ranges::find(kTags, tag);
    return place == kTags.end() ? -99 : static_cast<int>(place - kTags.begin());  // libav's number for an unknown one
}

AVStream& new_stream(AVFormatContext& context) {
    return *not_null(avformat_new_stream(&context, nullptr));
}

/// Matroska wants a name and a kind of each attached file; with --drop metadata the name is one that tells nothing.
void name_attachment(AVStream& stream, const AVStream& source) {
    if (!av_dict_get(stream.metadata, "filename", nullptr, 0))
        check(av_dict_set(&stream.metadata, "filename", fmt::format("attachment_{}", stream.index).c_str(), 0), "cannot name an attached file");
    if (const AVDictionaryEntry* kind = av_dict_get(source.metadata, "mimetype", nullptr, 0))
        check(av_dict_set(&stream.metadata, "mimetype", kind->value, 0), "cannot describe an attached file");
}

}  // namespace

void Writer::add_streams(const std::vector<EncodedStream>& videos, const std::vector<Cover>& covers, const Options& options, const Warn& warn) {
    for (unsigned i = 0; i < source_.nb_streams; ++i) {
        const AVStream& stream = *source_.streams[i];
        const int index = static_cast<int>(i);
        const auto video = std::find_if(videos.begin(), videos.end(), [&](const EncodedStream& v) { return v.source == index; });
        const auto cover = std::find_if(covers.begin(), covers.end(), [&](const Cover& c) { return c.source == index; });
        if (video != videos.end()) add_video(stream, *video);
        else if (cover != covers.end()) add_cover(stream, *cover);
        else if (stream.codecpar->codec_type != AVMEDIA_TYPE_VIDEO) add_copy(stream, options, warn);
        if (placed_.contains(index)) {
            AVStream& made = *context_->streams[placed_[index]];
            av_dict_free(&made.metadata);
            if (keeps_programs()) made.id = stream.id;  // its packets' number
            copy_tags(&made.metadata, stream.metadata, options);
            if (cover != covers.end() && is_matroska(*context_->oformat)) name_cover(made);
            else if (made.codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT) name_attachment(made, stream);
            edits_.clean(&made.metadata);
            if (video != videos.end() || edits_.track(index)) forget_encoding(&made.metadata);
        }
    }
}

void Writer::describe(AVCodecParameters& par, const AVStream& source, const EncodedStream& video) {
    if (!video.joined_extradata) {
        check(avcodec_parameters_from_context(&par, video.codec), "cannot describe the video");
        if (par.codec_id == AV_CODEC_ID_PRORES && par.profile < 0) par.profile = prores_profile(par.codec_tag);
        return;
    }
    check(avcodec_parameters_copy(&par, source.codecpar), "cannot describe the video");
    const Bytes& extradata = *video.joined_extradata;
    av_freep(&par.extradata);
    par.extradata = static_cast<std::uint8_t*>(not_null(av_mallocz(extradata.size() + AV_INPUT_BUFFER_PADDING_SIZE)));
    std::copy(extradata.begin(), extradata.end(), par.extradata);
    par.extradata_size = static_cast<int>(extradata.size());
}

void Writer::add_video(const AVStream& source, const EncodedStream& video) {
    const AVCodecContext& codec = *video.codec;
    const bool filtered = video.time_base.num > 0;
    if (filtered) clocks_[source.index] = video.time_base;
    const AVRational time_base = filtered ? video.time_base : source.time_base;
    const AVRational frame_rate = filtered ? video.frame_rate : source.avg_frame_rate;
    AVStream& stream = new_stream(*context_);
    describe(*stream.codecpar, source, video);
    const AVCodecParameters& before = *source.codecpar;
    const auto tags = context_->oformat->codec_tag;
    const bool same_tag = before.codec_id == codec.codec_id && tags && av_codec_get_id(tags, before.codec_tag) == before.codec_id;
    const bool other_samples = codec.codec_id == AV_CODEC_ID_RAWVIDEO && before.format != codec.pix_fmt;  // which a raw picture's tag names
    const bool dolby = before.codec_tag == MKTAG('d', 'v', 'h', '1') || before.codec_tag == MKTAG('d', 'v', 'h', 'e');
    const bool nut = std::string_view(context_->oformat->name) == "nut";  // whose muxer takes the first tag that raw pictures have
    stream.codecpar->codec_tag = same_tag && !dolby && !other_samples ? before.codec_tag : other_samples && nut ? codec.codec_tag : 0;
    stream.codecpar->field_order = codec.field_order;
    stream.time_base = time_base;
    // AVI counts frames; a finer clock would make it store empty ones.
    const bool counts = std::string_view(context_->oformat->name) == "avi" && frame_rate.num > 0;
    if (counts && av_cmp_q(time_base, av_inv_q(frame_rate)) < 0) stream.time_base = av_inv_q(frame_rate);
    stream.avg_frame_rate = frame_rate;
    stream.r_frame_rate = filtered ? frame_rate : source.r_frame_rate;
    stream.sample_aspect_ratio = codec.sample_aspect_ratio;
    stream.disposition = source.disposition;
    for (const AVPacketSideData& data : side_data(source))
        if (survives_encoding(data.type)) add_side_data(stream, data);
    placed_[source.index] = stream.index;
}

/// Matroska keeps covers as attached files, others as a stream of one packet.
void Writer::add_cover(const AVStream& source, const Cover& cover) {
    AVStream& stream = new_stream(*context_);
    check(avcodec_parameters_copy(stream.codecpar, cover.parameters.get()), "cannot describe a cover picture");
    stream.codecpar->codec_tag = 0;
    stream.disposition = source.disposition;
    if (is_matroska(*context_->oformat)) {
        AVCodecParameters& par = *stream.codecpar;
        par.codec_type = AVMEDIA_TYPE_ATTACHMENT;
        av_freep(&par.extradata);
        const auto size = static_cast<std::size_t>(cover.packet->size);
        par.extradata = static_cast<std::uint8_t*>(not_null(av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE)));
        std::memcpy(par.extradata, cover.packet->data, size);
        par.extradata_size = cover.packet->size;
        stream.disposition = 0;
    } else {
        stream.time_base = {1, 90000};
    }
    placed_[source.index] = stream.index;
}

void Writer::add_copy(const AVStream& source, const Options& options, const Warn& warn) {
    if (fate_of(source, *context_->oformat, options) != Fate::copied) return;
    if (source.codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT && !is_harmless_attachment(source)) {
        const AVDictionaryEntry* name = av_dict_get(source.metadata, "filename", nullptr, 0);
        warn(fmt::format("stream {} (attached file {}) is left out: it is no font, text or picture that can be looked at, and may show the person", source.index,
                         name ? name->value : "without a name"));
        return;
    }
    if (edits_.leaves_out(source.index)) return;
    AVStream& stream = copy_stream(*context_, source);
    edits_.describe(source.index, stream);
    placed_[source.index] = stream.index;
}

/// A transport stream's programs with their names; a stream that belongs to none would be in none of its lists.
void Writer::copy_programs() {
    std::set<int> listed;
    for (unsigned i = 0; i < source_.nb_programs; ++i) {
        const AVProgram& from = *source_.programs[i];
        AVProgram& to = *not_null(av_new_program(context_.get(), from.id));
        check(av_dict_copy(&to.metadata, from.metadata, 0), "cannot copy a program's names");
        edits_.clean(&to.metadata);
        for (unsigned n = 0; n < from.nb_stream_indexes; ++n) {
            const auto place = placed_.find(static_cast<int>(from.stream_index[n]));
            if (place == placed_.end()) continue;
            av_program_add_stream_index(context_.get(), from.id, static_cast<unsigned>(place->second));
            listed.insert(place->second);
        }
    }
    if (context_->nb_programs == 0) return;
    for (const auto& [from, to] : placed_)
        if (!listed.contains(to)) av_program_add_stream_index(context_.get(), context_->programs[0]->id, static_cast<unsigned>(to));
}

void Writer::copy_chapters() {
    const unsigned count = source_.nb_chapters;
    if (count == 0) return;
    context_->chapters = static_cast<AVChapter**>(not_null(av_calloc(count, sizeof(AVChapter*))));
    for (unsigned i = 0; i < count; ++i) {
        const AVChapter& from = *source_.chapters[i];
        auto* to = static_cast<AVChapter*>(not_null(av_mallocz(sizeof(AVChapter))));
        context_->chapters[context_->nb_chapters++] = to;
        to->id = from.id;
        to->time_base = from.time_base;
        to->start = from.start;
        to->end = from.end;
        check(av_dict_copy(&to->metadata, from.metadata, 0), "cannot copy a chapter's title");
        edits_.clean(&to->metadata);
    }
}

}  // namespace invisiblur::av
