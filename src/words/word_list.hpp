#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace invisiblur {

/// One word in a text: a run of letters, digits and the marks on them. Characters of scripts that are written without blanks (Han, kana, Thai, …)
/// are words each, so that a name is found in the middle of a line.
/// Units: bytes [begin, end) of the text.
struct WordPlace {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string folded;  ///< as words are compared: NFKC with case folded (Unicode Standard, 5.18 and UAX 15)
};

/// The words of a UTF-8 text, in order. Markup in <> and {} parts words only where it breaks a line (<br>); what is written in it is no word.
/// Errors: none; bytes that are no UTF-8 part words.
std::vector<WordPlace> words_of(std::string_view text, bool markup = false);

/// The words that must go, as a file lists them: one a line, `*` at a word's end for any ending; a line of several words means them in that order.
/// Threads: safe.
class WordList {
public:
    /// In:     text, a file's; name, for messages.
    /// Errors: std::invalid_argument that names the line: a pattern that matches everything, a `*` elsewhere, a line without a word; no line at all.
    WordList(std::string_view text, const std::string& name);

    /// A run of words [first, end) that a line of the list means.
    struct Match {
        std::size_t first = 0;
        std::size_t end = 0;
    };
    std::vector<Match> find(const std::vector<WordPlace>& words) const;

    bool is_in(std::string_view text) const { return !find(words_of(text)).empty(); }

    /// The text with each match replaced by kMark, and its blanks and points between the words of a match with it.
    std::string without(std::string_view text, bool markup = false) const;

    /// Stands for a word, and does not tell its length.
    static constexpr std::string_view kMark = "\u2026";

private:
    struct Pattern {
        std::string folded;
        bool any_ending = false;
    };
    using Phrase = std::vector<Pattern>;
    static bool matches(const Phrase& phrase, const std::vector<WordPlace>& words, std::size_t first);

    std::vector<Phrase> phrases_;
};

/// Reads the file that --words names.
/// Errors: std::invalid_argument: it cannot be read; as WordList.
WordList read_word_list(const std::string& path);

/// A text file's bytes as UTF-8: a byte order mark is left out, UTF-16 with one is converted.
/// Errors: std::invalid_argument that begins with `option` where it cannot be read, is larger than any such file, or is in a code that it does not tell.
std::string read_text_file(std::string_view option, const std::string& path);

}  // namespace invisiblur
