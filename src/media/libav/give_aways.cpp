#include "media/libav/give_aways.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/lower_case.hpp"
#include "base/metadata_rules.hpp"
#include "media/libav/metadata.hpp"

namespace invisiblur::av {
namespace {

using namespace std::string_view_literals;

/// No title or comment is that long.
constexpr std::size_t kLongestTag = 1 << 16;

bool is_xmp(const AVDictionaryEntry& tag) {
    return lower_case(tag.key) == "xmp" || std::string_view(tag.value).find("<x:xmpmeta") != std::string_view::npos;
}

bool names_people(std::string_view text) {
    const std::string key = lower_case(text);
    return std::ranges::any_of(std::to_array({"person"sv, "people"sv, "face"sv}), [&](std::string_view part) { return key.find(part) != std::string::npos; });
}

/// Schemas by which XMP says who and where.
bool xmp_names_people(std::string_view xmp) {
    return std::ranges::any_of(std::to_array({"mwg-rs"sv, "PersonInImage"sv, "MP:RegionInfo"sv, "MPRI:"sv, "acdsee-rs"sv, "PersonDisplayName"sv}),
                               [&](std::string_view part) { return xmp.find(part) != std::string_view::npos; });
}

bool is_plain_text(std::string_view bytes) {
    return std::ranges::none_of(bytes, [](unsigned char c) { return c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f'; });
}

template <class Function>
void for_each_tag(const AVDictionary* tags, Function function) {
    const AVDictionaryEntry* tag = nullptr;
    while ((tag = av_dict_get(tags, "", tag, AV_DICT_IGNORE_SUFFIX))) function(*tag);
}

}  // namespace

bool may_hold_a_picture(const AVDictionaryEntry& tag) {
    const std::string_view value = tag.value;
    return is_xmp(tag) || value.size() > kLongestTag || still::may_hold_a_picture(still::view_of(value));
}

bool is_harmless_attachment(const AVStream& stream) {
    const AVCodecParameters& par = *stream.codecpar;
    const std::string_view bytes(reinterpret_cast<const char*>(par.extradata), static_cast<std::size_t>(std::max(0, par.extradata_size)));
    for (const std::string_view font : {"\0\1\0\0"sv, "OTTO"sv, "true"sv, "ttcf"sv, "wOFF"sv, "wOF2"sv, "typ1"sv})
        if (bytes.starts_with(font)) return true;
    return is_plain_text(bytes) && !still::may_hold_a_picture(still::view_of(bytes));
}

void tell_about_tags(const AVFormatContext& source, const Options& options, const Warn& warn) {
    if (drops(options, "metadata")) return;
    std::string people, pictures;
    const auto add = [](std::string& list, const std::string& what) { list += (list.empty() ? "" : ", ") + what; };
    const auto look = [&](const AVDictionaryEntry& tag) {
        if (may_hold_a_picture(tag)) add(pictures, std::string(tag.key) + (is_xmp(tag) && xmp_names_people(tag.value) ? " (which names people)" : ""));
        else if (names_people(tag.key)) add(people, tag.key);
    };
    for_each_tag(source.metadata, look);
    for (unsigned i = 0; i < source.nb_streams; ++i) for_each_tag(source.streams[i]->metadata, look);
    if (!pictures.empty()) warn(fmt::format("left out, since it can show or name the person: {}", pictures));
    if (!people.empty()) warn(fmt::format("tags may name people ({}), and are kept; --drop metadata leaves them out", people));
}

}  // namespace invisiblur::av
