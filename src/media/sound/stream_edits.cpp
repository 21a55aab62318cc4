#include "media/sound/stream_edits.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "media/libav/give_aways.hpp"
#include "media/sound/subtitle_text.hpp"
#include "media/write/container.hpp"

namespace invisiblur::av {
namespace {

/// Why words cannot be taken out of what a stream holds; "" where they can, or where it holds none.
std::string obstacle(const AVStream& stream) {
    const AVCodecParameters& par = *stream.codecpar;
    if (par.codec_type == AVMEDIA_TYPE_SUBTITLE && !is_readable(par.codec_id)) {
        const AVCodecDescriptor* const about = avcodec_descriptor_get(par.codec_id);
        return about && (about->props & AV_CODEC_PROP_BITMAP_SUB) ? "its subtitles are pictures" : "its subtitles are in a code of their own";
    }
    const bool font = par.codec_id == AV_CODEC_ID_TTF || par.codec_id == AV_CODEC_ID_OTF;
    return par.codec_type == AVMEDIA_TYPE_ATTACHMENT && !font && is_harmless_attachment(stream) ? "an attached file is not searched" : "";
}

}  // namespace

StreamEdits::StreamEdits(SoundPlan plan, const AVFormatContext& source, const AVOutputFormat& container, const Options& options,
                         const std::function<void(const std::string&)>& warn)
    : plan_(std::move(plan)), source_(source), shape_(random_voice_shape()) {
    for (unsigned i = 0; i < source.nb_streams; ++i) {
        const AVStream& stream = *source.streams[i];
        const AVCodecParameters& par = *stream.codecpar;
        if (par.codec_type == AVMEDIA_TYPE_VIDEO || fate_of(stream, container, options) != Fate::copied) continue;
        if (par.codec_type == AVMEDIA_TYPE_AUDIO && plan_.changes_sound()) add_track(stream, container, options.strict, warn);
        const std::string why = plan_.without_words ? obstacle(stream) : "";
        if (why.empty()) continue;
        const std::string what = fmt::format("stream {} ({}) is left out: --words cannot take words out of it, since {}", i, avcodec_get_name(par.codec_id), why);
        if (options.strict) throw std::runtime_error(what + "; leave --strict out, or drop it with --drop");
        warn(what);
        left_out_.insert(static_cast<int>(i));
    }
}

void StreamEdits::add_track(const AVStream& stream, const AVOutputFormat& container, bool strict, const std::function<void(const std::string&)>& warn) {
    auto track = make_patched_track(stream, plan_, strict);
    if (!track) track = make_encoded_track(stream, container, plan_, shape_, strict);
    if (const std::string before = track->instead_of(); !before.empty()) {
        const ParametersPtr parameters(not_null(avcodec_parameters_alloc()));
        track->describe(*parameters);
        warn(fmt::format("stream {} (audio) becomes {}: nothing here writes {} like it", stream.index, avcodec_get_name(parameters->codec_id), before));
    }
    tracks_[stream.index] = std::move(track);
}

SoundTrack* StreamEdits::track(int stream) const {
    const auto place = tracks_.find(stream);
    return place == tracks_.end() ? nullptr : place->second.get();
}

void StreamEdits::describe(int stream, AVStream& copy) {
    if (const SoundTrack* const sound = track(stream)) {
        const AVCodecID before = copy.codecpar->codec_id;
        const std::uint32_t tag = copy.codecpar->codec_tag;
        sound->describe(*copy.codecpar);
        copy.codecpar->codec_tag = copy.codecpar->codec_id == before ? tag : 0;
    }
    if (plan_.without_words && copy.codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE) cleaned_ += clean_subtitle_header(*copy.codecpar, plan_);
}

void StreamEdits::clean(int stream, AVPacket& packet) {
    const AVCodecParameters& par = *source_.streams[stream]->codecpar;
    if (!plan_.without_words || par.codec_type != AVMEDIA_TYPE_SUBTITLE) return;
    cleaned_ += clean_subtitle(packet, par.codec_id, plan_);
}

void StreamEdits::clean(AVDictionary** tags) {
    if (plan_.without_words) cleaned_ += clean_tags(tags, plan_);
}

}  // namespace invisiblur::av
