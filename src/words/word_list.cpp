#include "words/word_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "options/option_text.hpp"

namespace invisiblur {
namespace {

std::string_view trimmed(std::string_view line) {
    constexpr std::string_view kBlanks = " \t\r";
    const auto first = line.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
}

bool joins_words(std::string_view between) {
    return between.find_first_of("\r\n<{") == std::string_view::npos;
}

}  // namespace

WordList::WordList(std::string_view text, const std::string& name) {
    std::size_t number = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::string_view line = trimmed(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        ++number;
        if (line.empty()) continue;
        const auto refuse = [&](const char* why) {
            throw std::invalid_argument(fmt::format("--words {}, line {}: {} {}", name, number, quoted(line), why));
        };
        Phrase phrase;
        std::size_t stars = 0;
        const std::vector<WordPlace> words = words_of(line);
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::size_t behind = words[i].end;
            const bool star = behind < line.size() && line[behind] == '*' && (i + 1 == words.size() || words[i + 1].begin > behind + 1);
            stars += star;
            phrase.push_back({words[i].folded, star});
        }
        if (phrase.empty() && line.find('*') != std::string_view::npos) refuse("matches everything: write the beginning of a word before the *");
        if (phrase.empty()) refuse("holds no word");
        if (static_cast<std::size_t>(std::ranges::count(line, '*')) != stars) refuse("has a * that does not end a word: write it behind the beginning of one");
        phrases_.push_back(std::move(phrase));
    }
    if (phrases_.empty()) throw std::invalid_argument(fmt::format("--words {} holds no word: write one a line", name));
}

bool WordList::matches(const Phrase& phrase, const std::vector<WordPlace>& words, std::size_t first) {
    if (words.size() - first < phrase.size()) return false;
    for (std::size_t i = 0; i < phrase.size(); ++i) {
        const std::string& word = words[first + i].folded;
        if (phrase[i].any_ending ? !word.starts_with(phrase[i].folded) : word != phrase[i].folded) return false;
    }
    return true;
}

std::vector<WordList::Match> WordList::find(const std::vector<WordPlace>& words) const {
    std::vector<Match> found;
    for (std::size_t first = 0; first < words.size(); ++first) {
        std::size_t longest = 0;
        for (const Phrase& phrase : phrases_)
            if (phrase.size() > longest && matches(phrase, words, first)) longest = phrase.size();
        if (longest == 0) continue;
        if (!found.empty() && first < found.back().end) found.back().end = std::max(found.back().end, first + longest);
        else found.push_back({first, first + longest});
    }
    return found;
}

std::string WordList::without(std::string_view text, bool markup) const {
    const std::vector<WordPlace> words = words_of(text, markup);
    std::string result;
    std::size_t kept_to = 0;
    const auto replace = [&](std::size_t begin, std::size_t end) {
        result += text.substr(kept_to, begin - kept_to);
        result += kMark;
        kept_to = end;
    };
    for (const Match& match : find(words)) {
        // Line breaks and markup between the words of a match stay; the words go one by one then.
        for (std::size_t first = match.first; first < match.end;) {
            std::size_t last = first;
            while (last + 1 < match.end && joins_words(text.substr(words[last].end, words[last + 1].begin - words[last].end))) ++last;
            replace(words[first].begin, words[last].end);
            first = last + 1;
        }
    }
    return result + std::string(text.substr(kept_to));
}

}  // namespace invisiblur
