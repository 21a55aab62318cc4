#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "job/sound/transcript.hpp"

// The JSON that whisper and its relatives write: "segments" of "words" with "start" and "end" in seconds (OpenAI, faster-whisper, WhisperX), "words" or
// "word_segments" alone, or "transcription" with "offsets" in milliseconds (whisper.cpp, with -ml 1 a word each).

namespace invisiblur {
namespace {

using Json = nlohmann::json;

const Json* member(const Json& object, const char* name, Json::value_t type) {
    if (!object.is_object()) return nullptr;
    const auto place = object.find(name);
    return place != object.end() && place->type() == type ? &*place : nullptr;
}

std::optional<double> number(const Json& object, const char* name) {
    if (!object.is_object() || !object.contains(name) || !object[name].is_number()) return std::nullopt;
    const double value = object[name].get<double>();
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::string text_of(const Json& object) {
    for (const char* name : {"word", "text"})
        if (const Json* const text = member(object, name, Json::value_t::string)) return text->get<std::string>();
    return "";
}

/// WhisperX leaves out the times of what it cannot align; such a word lies between those beside it.
void add_words(std::vector<SpokenText>& spoken, const Json& words, double start_s, double end_s) {
    double before_s = start_s;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto start = number(words[i], "start"), end = number(words[i], "end");
        double next_s = end_s;
        for (std::size_t k = i + 1; k < words.size(); ++k) {
            if (const auto other = number(words[k], "start")) {
                next_s = *other;
                break;
            }
        }
        const double from_s = start.value_or(before_s), to_s = end.value_or(std::max(from_s, next_s));
        spoken.push_back({text_of(words[i]), from_s, to_s});
        before_s = to_s;
    }
}

void add_segment(std::vector<SpokenText>& spoken, const Json& segment) {
    const auto start = number(segment, "start"), end = number(segment, "end");
    const Json* const words = member(segment, "words", Json::value_t::array);
    if (words && !words->empty()) return add_words(spoken, *words, start.value_or(0), end.value_or(start.value_or(0)));
    if (text_of(segment).empty()) return;
    if (!start || !end) throw std::invalid_argument("has a segment without times: let the recogniser write them");
    spoken.push_back({text_of(segment), *start, *end});
}

/// whisper.cpp's.
void add_offsets(std::vector<SpokenText>& spoken, const Json& segment) {
    constexpr double kMs = 0.001;
    const Json* const offsets = member(segment, "offsets", Json::value_t::object);
    const auto from = offsets ? number(*offsets, "from") : std::nullopt, to = offsets ? number(*offsets, "to") : std::nullopt;
    if (!from || !to) throw std::invalid_argument("has a segment without times: let the recogniser write them");
    spoken.push_back({text_of(segment), *from * kMs, *to * kMs});
}

}  // namespace

std::vector<SpokenText> parse_whisper(std::string_view text) {
    const Json all = Json::parse(text, nullptr, false);
    if (all.is_discarded()) throw std::invalid_argument("is no JSON: it breaks off, or was changed by hand");
    std::vector<SpokenText> spoken;
    const auto each = [&](const Json* list, auto add) {
        for (std::size_t i = 0; list && i < list->size(); ++i) add(spoken, (*list)[i]);
    };
    if (all.is_array()) each(&all, add_segment);
    each(member(all, "segments", Json::value_t::array), add_segment);
    each(member(all, "transcription", Json::value_t::array), add_offsets);
    for (const char* name : {"words", "word_segments"})
        if (const Json* const words = member(all, name, Json::value_t::array); words && !words->empty()) add_words(spoken, *words, 0, 0);
    return spoken;
}

}  // namespace invisiblur
