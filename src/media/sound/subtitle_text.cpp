#include "media/sound/subtitle_text.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

extern "C" {
#include <libavutil/common.h>
}

namespace invisiblur::av {
namespace {

void append_utf8(std::string& text, std::uint32_t code) {
    std::uint32_t byte = 0;
    PUT_UTF8(code, byte, text += static_cast<char>(byte & 0xFF);)
}

/// A text of mov_text may be UTF-16 with a mark (3GPP TS 26.245, 5.17.1.1).
std::string from_utf16(std::string_view bytes, bool big) {
    std::string text;
    const auto unit_at = [&](std::size_t i) {
        const auto first = static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[i])), second = static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[i + 1]));
        return big ? first << 8 | second : second << 8 | first;
    };
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        std::uint32_t code = unit_at(i);
        if (code >= 0xD800 && code < 0xDC00 && i + 3 < bytes.size()) {
            i += 2;
            code = 0x10000 + ((code - 0xD800) << 10) + (unit_at(i) & 0x3FF);
        }
        append_utf8(text, code);
    }
    return text;
}

std::string_view text_of(const AVPacket& packet) {
    return {reinterpret_cast<const char*>(packet.data), static_cast<std::size_t>(packet.size)};
}

void set_text(AVPacket& packet, const std::string& text) {
    BufferPtr buffer(not_null(av_buffer_allocz(text.size() + AV_INPUT_BUFFER_PADDING_SIZE)));
    std::ranges::copy(text, buffer->data);
    av_buffer_unref(&packet.buf);
    packet.buf = buffer.release();
    packet.data = packet.buf->data;
    packet.size = static_cast<int>(text.size());
}

/// Two bytes of length, the text, and boxes that count its characters, which no longer fit (ISO/IEC 14496-17; 3GPP TS 26.245, 5.17).
bool clean_mov_text(AVPacket& packet, const SoundPlan& plan) {
    const std::string_view all = text_of(packet);
    if (all.size() < 2) return false;
    const std::size_t told = static_cast<std::size_t>(static_cast<std::uint8_t>(all[0])) << 8 | static_cast<std::uint8_t>(all[1]);
    const std::string_view stored = all.substr(2, told);
    const bool big = stored.starts_with("\xFE\xFF"), little = stored.starts_with("\xFF\xFE");
    const std::string text = big || little ? from_utf16(stored.substr(2), big) : std::string(stored);
    const std::string clean = plan.without_words(text, false);
    if (clean == text) return false;
    constexpr std::size_t kMost = 0xFFFF;
    const std::size_t size = std::min(clean.size(), kMost);
    set_text(packet, std::string{static_cast<char>(size >> 8), static_cast<char>(size & 0xFF)} + clean.substr(0, size));
    return true;
}

/// A cue's name stands beside it.
bool clean_cue_name(AVPacket& packet, const SoundPlan& plan) {
    std::size_t size = 0;
    const std::uint8_t* const name = av_packet_get_side_data(&packet, AV_PKT_DATA_WEBVTT_IDENTIFIER, &size);
    if (!name) return false;
    const std::string text(reinterpret_cast<const char*>(name), size), clean = plan.without_words(text, false);
    if (clean == text) return false;
    std::uint8_t* const place = not_null(av_packet_new_side_data(&packet, AV_PKT_DATA_WEBVTT_IDENTIFIER, clean.size()));
    std::memcpy(place, clean.data(), clean.size());
    return true;
}

}  // namespace

bool is_readable(AVCodecID subtitle) {
    constexpr std::array kText = {AV_CODEC_ID_SUBRIP, AV_CODEC_ID_ASS, AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_WEBVTT, AV_CODEC_ID_TEXT};
    return std::ranges::find(kText, subtitle) != kText.end();
}

bool clean_subtitle(AVPacket& packet, AVCodecID codec, const SoundPlan& plan) {
    if (codec == AV_CODEC_ID_MOV_TEXT) return clean_mov_text(packet, plan);
    const bool named = clean_cue_name(packet, plan);
    // What stands in markup goes, too: the name of who speaks.
    const std::string text(text_of(packet)), clean = plan.without_words(plan.without_words(text, true), false);
    if (clean == text) return named;
    set_text(packet, clean);
    return true;
}

bool clean_subtitle_header(AVCodecParameters& parameters, const SoundPlan& plan) {
    if (parameters.codec_id == AV_CODEC_ID_MOV_TEXT || parameters.extradata_size <= 0) return false;
    const std::string text(reinterpret_cast<const char*>(parameters.extradata), static_cast<std::size_t>(parameters.extradata_size));
    const std::string clean = plan.without_words(text, false);
    if (clean == text) return false;
    av_freep(&parameters.extradata);
    parameters.extradata = static_cast<std::uint8_t*>(not_null(av_mallocz(clean.size() + AV_INPUT_BUFFER_PADDING_SIZE)));
    std::ranges::copy(clean, parameters.extradata);
    parameters.extradata_size = static_cast<int>(clean.size());
    return true;
}

int clean_tags(AVDictionary** tags, const SoundPlan& plan) {
    DictPtr clean;
    int changed = 0;
    const AVDictionaryEntry* entry = nullptr;
    while ((entry = av_dict_get(*tags, "", entry, AV_DICT_IGNORE_SUFFIX))) {
        const std::string value = plan.without_words(entry->value, false);
        changed += value != entry->value;
        set_entry(clean, entry->key, value);
    }
    if (changed == 0) return 0;
    av_dict_free(tags);
    *tags = clean.release();
    return changed;
}

}  // namespace invisiblur::av
