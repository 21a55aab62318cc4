#include "media/libav/metadata.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/lower_case.hpp"
#include "invisiblur/invisiblur.h"
#include "media/libav/give_aways.hpp"

namespace invisiblur::av {
namespace {

constexpr std::string_view kEditedWith = "Edited with Invisiblur";

/// Tags of a container, the best first. Those of the family of QuickTime and of AVI are fixed sets, and a transport stream has none.
std::vector<const char*> tags_for_editing(std::string_view container) {
    for (const std::string_view kind : {"mov", "mp4", "ipod", "3gp", "3g2", "psp", "ismv", "f4v"})
        if (container == kind) return {"comment", "description", "synopsis"};
    if (container == "avi") return {"encoded_by", "comment"};
    for (const std::string_view kind : {"matroska", "webm", "nut", "flv", "ogg", "ogv", "asf"})
        if (container == kind) return {"EDITED_BY"};
    return {};
}

}  // namespace

bool tells_of_editing(const AVDictionaryEntry& tag) {
    return std::string_view(tag.value).starts_with(kEditedWith);
}

bool tells_place(std::string_view key) {
    constexpr std::array<std::string_view, 3> kParts = {"location", "gps", "xyz"};
    const std::string lower = lower_case(key);
    return std::any_of(kParts.begin(), kParts.end(), [&](std::string_view part) { return lower.find(part) != std::string::npos; });
}

bool drops(const Options& options, const char* what) {
    return std::find(options.drop.begin(), options.drop.end(), what) != options.drop.end();
}

void copy_tags(AVDictionary** to, const AVDictionary* from, const Options& options) {
    if (drops(options, "metadata")) return;
    const AVDictionaryEntry* entry = nullptr;
    while ((entry = av_dict_get(from, "", entry, AV_DICT_IGNORE_SUFFIX))) {
        if (drops(options, "gps") && tells_place(entry->key)) continue;
        if (may_hold_a_picture(*entry)) continue;
        check(av_dict_set(to, entry->key, entry->value, 0), "cannot copy metadata");
    }
}

void note_editing(AVDictionary** tags, const AVOutputFormat& container, const Options& options) {
    if (drops(options, "metadata")) return;
    const std::string note = std::string(kEditedWith) + " " + invisiblur_version() + "; what stood in parts of the picture was replaced";
    for (const char* key : tags_for_editing(container.name)) {
        const AVDictionaryEntry* const before = av_dict_get(*tags, key, nullptr, 0);
        if (before && !tells_of_editing(*before)) continue;
        check(av_dict_set(tags, key, note.c_str(), 0), "cannot write metadata");
        return;
    }
}

void forget_encoding(AVDictionary** tags) {
    for (const char* key : {"encoder", "BPS", "NUMBER_OF_FRAMES", "NUMBER_OF_BYTES", "_STATISTICS_WRITING_APP", "_STATISTICS_WRITING_DATE_UTC",
                            "_STATISTICS_TAGS", "BPS-eng", "NUMBER_OF_FRAMES-eng", "NUMBER_OF_BYTES-eng", "_STATISTICS_WRITING_APP-eng",
                            "_STATISTICS_WRITING_DATE_UTC-eng", "_STATISTICS_TAGS-eng"})
        av_dict_set(tags, key, nullptr, 0);
}

bool is_gps_track(const AVStream& stream) {
    const std::uint32_t tag = stream.codecpar->codec_tag;
    return tag == MKTAG('g', 'p', 'm', 'd') || tag == MKTAG('c', 'a', 'm', 'm') || tag == MKTAG('m', 'e', 'b', 'x');
}

}  // namespace invisiblur::av
