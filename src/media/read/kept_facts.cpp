#include "media/read/kept_facts.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "base/lower_case.hpp"
#include "media/libav/handles.hpp"
#include "media/libav/metadata.hpp"

namespace invisiblur::av {
namespace {

/// Tags in which people write names; all others are technical, or our own.
constexpr auto kNaming = std::to_array<std::string_view>({"title", "artist", "author", "album_artist", "composer", "performer", "comment", "description", "synopsis", "copyright",
                                                          "show", "keywords", "location-eng", "director", "publisher", "make", "model"});

void note_tags(const AVDictionary* tags, KeptFacts& facts) {
    const AVDictionaryEntry* entry = nullptr;
    while ((entry = av_dict_get(tags, "", entry, AV_DICT_IGNORE_SUFFIX))) {
        const std::string key = lower_case(entry->key);
        facts.place |= tells_place(key);
        facts.names |= std::ranges::find(kNaming, key) != kNaming.end() && !tells_of_editing(*entry);
    }
}

}  // namespace

KeptFacts kept_facts(const std::string& path) {
    KeptFacts facts;
    std::error_code failed;
    AVFormatContext* raw = nullptr;
    if (!std::filesystem::is_regular_file(path, failed) || avformat_open_input(&raw, ("file:" + path).c_str(), nullptr, nullptr) < 0) return facts;
    const InputPtr input(raw);
    note_tags(input->metadata, facts);
    facts.names |= input->nb_chapters > 0;
    for (unsigned i = 0; i < input->nb_streams; ++i) {
        const AVStream& stream = *input->streams[i];
        facts.sound |= stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
        facts.subtitles |= stream.codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE;
        facts.place |= is_gps_track(stream);
        note_tags(stream.metadata, facts);
    }
    return facts;
}

}  // namespace invisiblur::av
