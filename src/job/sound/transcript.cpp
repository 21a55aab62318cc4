#include "job/sound/transcript.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "options/option_text.hpp"

namespace invisiblur {
namespace {

/// Recognisers' times of words lie some 50 to 100 ms beside what a listener marks, and twice that where a breath is (Rousso et al., "Tradition or
/// innovation: forced alignment for ASR", 2024).
constexpr double kMargin_s = 0.15;

/// A sentence's tier may stand beside a words' tier, and a word may be timed with the one behind it; of a transcript without times of words less is single.
constexpr double kLeastSingle = 0.25;

std::string_view without_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

void check_times_of_words(const std::vector<SpokenText>& spoken) {
    std::size_t single = 0, all = 0;
    for (const SpokenText& one : spoken) {
        const std::size_t blanks = static_cast<std::size_t>(std::ranges::count_if(without_blanks(one.text), [](char c) { return c == ' ' || c == '\n'; }));
        const std::size_t words = words_of(one.text).size();
        all += words;
        if (blanks == 0 || words == 1) single += words;
    }
    if (all == 0) throw std::invalid_argument("holds no spoken word");
    if (static_cast<double>(single) < kLeastSingle * static_cast<double>(all))
        throw std::invalid_argument("has no times of single words: let the recogniser write them, or align it first");
}

/// Whether finer texts within a text's time hold the same words.
bool is_told_finer(const WordList& words, const std::vector<SpokenText>& all, const SpokenText& text, std::size_t size) {
    constexpr double kBeside_s = 0.05;  // tiers' borders are set by hand
    return std::ranges::any_of(all, [&](const SpokenText& other) {
        const bool within = other.start_s >= text.start_s - kBeside_s && other.end_s <= text.end_s + kBeside_s;
        return within && words_of(other.text).size() < size && words.is_in(other.text);
    });
}

}  // namespace

std::vector<SpokenText> parse_transcript(std::string_view text) {
    const std::string_view begin = without_blanks(text);
    if (begin.empty()) throw std::invalid_argument("is empty");
    std::vector<SpokenText> spoken;
    if (begin.starts_with("WEBVTT")) spoken = parse_webvtt(begin);
    else if (begin.starts_with("{") || begin.starts_with("[")) spoken = parse_whisper(begin);
    else if (begin.starts_with("<")) spoken = parse_elan(begin);
    else if (begin.starts_with("File type = \"ooTextFile\"") || begin.starts_with("\"ooTextFile\"")) spoken = parse_textgrid(begin);
    else throw std::invalid_argument("is no transcript that is understood here: WebVTT, whisper's JSON, ELAN's .eaf or Praat's .TextGrid, as text");
    std::erase_if(spoken, [](const SpokenText& one) { return words_of(one.text).empty(); });
    for (const SpokenText& one : spoken)
        if (!(one.start_s <= one.end_s)) throw std::invalid_argument(fmt::format("says that {} ends at {:.3f} s, before it begins", quoted(one.text), one.end_s));
    check_times_of_words(spoken);
    std::ranges::stable_sort(spoken, {}, &SpokenText::start_s);
    return spoken;
}

std::vector<SpokenText> read_transcript(const std::string& path) {
    const std::string text = read_text_file("--transcript", path);
    try {
        return parse_transcript(text);
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(fmt::format("--transcript {} {}", path, error.what()));
    }
}

std::vector<av::SoundSpan> spans_of(const WordList& list, const std::vector<SpokenText>& transcript) {
    std::vector<std::size_t> text_of;  // of each word
    std::vector<WordPlace> words;
    for (std::size_t i = 0; i < transcript.size(); ++i) {
        for (WordPlace& word : words_of(transcript[i].text)) {
            text_of.push_back(i);
            words.push_back(std::move(word));
        }
    }
    std::vector<av::SoundSpan> spans;
    for (const WordList::Match& match : list.find(words)) {
        const std::size_t first = text_of[match.first], last = text_of[match.end - 1];
        const std::size_t size = words_of(transcript[first].text).size();
        if (first == last && size > match.end - match.first && is_told_finer(list, transcript, transcript[first], size)) continue;
        double end_s = transcript[first].end_s;
        for (std::size_t i = first; i <= last; ++i) end_s = std::max(end_s, transcript[i].end_s);
        spans.push_back({transcript[first].start_s - kMargin_s, end_s + kMargin_s, true});
    }
    return spans;
}

}  // namespace invisiblur
