#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <stdexcept>

#include "words/word_list.hpp"

// What is a word, and when two are the same.

namespace invisiblur {
namespace {

using Utf16 = std::u16string;

Utf16 to_utf16(std::string_view text) {
    Utf16 wide(text.size(), u'\0');  // never longer than UTF-8
    std::int32_t length = 0;
    UErrorCode failed = U_ZERO_ERROR;
    u_strFromUTF8WithSub(wide.data(), static_cast<std::int32_t>(wide.size()), &length, text.data(), static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &failed);
    wide.resize(U_FAILURE(failed) ? 0 : static_cast<std::size_t>(length));
    return wide;
}

std::string to_utf8(const Utf16& wide) {
    std::string text(wide.size() * 3, '\0');  // the longest that one unit becomes
    std::int32_t length = 0;
    UErrorCode failed = U_ZERO_ERROR;
    u_strToUTF8WithSub(text.data(), static_cast<std::int32_t>(text.size()), &length, wide.data(), static_cast<std::int32_t>(wide.size()), 0xFFFD, nullptr, &failed);
    text.resize(U_FAILURE(failed) ? 0 : static_cast<std::size_t>(length));
    return text;
}

std::string folded(std::string_view word) {
    UErrorCode failed = U_ZERO_ERROR;
    const UNormalizer2* const form = unorm2_getNFKCCasefoldInstance(&failed);
    if (U_FAILURE(failed)) throw std::runtime_error("ICU has no data to compare words: reinstall it");
    const Utf16 wide = to_utf16(word);
    constexpr std::size_t kLongest = 18;  // UTF-16 units that NFKC makes of one (Unicode Standard Annex 15, 12.1)
    Utf16 normal(wide.size() * kLongest + 1, u'\0');
    const std::int32_t length = unorm2_normalize(form, wide.data(), static_cast<std::int32_t>(wide.size()), normal.data(), static_cast<std::int32_t>(normal.size()), &failed);
    normal.resize(U_FAILURE(failed) ? 0 : static_cast<std::size_t>(length));
    return to_utf8(normal);
}

/// Written without blanks between words.
bool stands_alone(UChar32 c) {
    UErrorCode failed = U_ZERO_ERROR;
    switch (uscript_getScript(c, &failed)) {
        case USCRIPT_HAN:
        case USCRIPT_HIRAGANA:
        case USCRIPT_KATAKANA:
        case USCRIPT_THAI:
        case USCRIPT_LAO:
        case USCRIPT_KHMER:
        case USCRIPT_MYANMAR: return true;
        default: return false;
    }
}

bool is_mark(UChar32 c) {
    constexpr std::uint32_t kMarks = U_GC_M_MASK | U_GC_CF_MASK;  // soft hyphens and joiners are seen by nobody
    return (U_GET_GC_MASK(c) & kMarks) != 0;
}

bool is_letter(UChar32 c) {
    return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK)) != 0;
}

/// "<br>", "<BR />"
bool breaks_line(std::string_view tag) {
    return tag.size() >= 4 && std::tolower(static_cast<unsigned char>(tag[1])) == 'b' && std::tolower(static_cast<unsigned char>(tag[2])) == 'r' &&
           std::isalpha(static_cast<unsigned char>(tag[3])) == 0;
}

class Cutter {
public:
    Cutter(std::string_view text, bool markup) : text_(text), markup_(markup) {}

    std::vector<WordPlace> run() {
        for (std::size_t at = 0; at < text_.size();) at = step(at);
        end_word();
        return std::move(words_);
    }

private:
    std::size_t step(std::size_t at) {
        if (const std::size_t end = markup_ ? end_of_markup(at) : 0; end > 0) {
            if (breaks_line(text_.substr(at, end - at))) end_word();
            return end;
        }
        std::int32_t next = 0;
        UChar32 c = 0;
        const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text_.data() + at);
        U8_NEXT(bytes, next, static_cast<std::int32_t>(std::min<std::size_t>(text_.size() - at, U8_MAX_LENGTH)), c);
        const std::size_t end = at + static_cast<std::size_t>(next);
        // In subtitles \N and \n break a line, and \h is a blank.
        if (markup_ && c == '\\' && end < text_.size() && std::string_view("Nnh").find(text_[end]) != std::string_view::npos) {
            end_word();
            return end + 1;
        }
        take(at, end, c);
        return end;
    }

    void take(std::size_t at, std::size_t end, UChar32 c) {
        const bool letter = c >= 0 && is_letter(c), mark = c >= 0 && is_mark(c);
        if (!letter && !(mark && !plain_.empty())) return end_word();
        const bool alone = letter && stands_alone(c);
        if (alone || (letter && alone_)) end_word();
        alone_ = alone || (alone_ && mark);
        if (plain_.empty()) begin_ = at;
        plain_ += text_.substr(at, end - at);
        end_ = end;
    }

    /// Behind a tag that begins here, else 0.
    std::size_t end_of_markup(std::size_t at) const {
        if (text_[at] != '<' && text_[at] != '{') return 0;
        const auto end = text_.find(text_[at] == '<' ? '>' : '}', at);
        return end == std::string_view::npos ? 0 : end + 1;
    }

    void end_word() {
        alone_ = false;
        if (plain_.empty()) return;
        words_.push_back({begin_, end_, folded(plain_)});
        plain_.clear();
    }

    std::string_view text_;
    bool markup_;
    std::string plain_;  ///< the word so far, without markup in it
    std::size_t begin_ = 0, end_ = 0;
    bool alone_ = false;
    std::vector<WordPlace> words_;
};

std::string from_utf16(std::string_view bytes, bool big) {
    Utf16 wide;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        const auto first = static_cast<std::uint8_t>(bytes[i]), second = static_cast<std::uint8_t>(bytes[i + 1]);
        wide += static_cast<char16_t>(big ? first << 8 | second : second << 8 | first);
    }
    return to_utf8(wide);
}

/// Without a byte that belongs to no letter: in another code names with accents would never be found.
bool is_utf8(std::string_view text) {
    UErrorCode failed = U_ZERO_ERROR;
    std::int32_t length = 0;
    u_strFromUTF8(nullptr, 0, &length, text.data(), static_cast<std::int32_t>(text.size()), &failed);
    return (U_SUCCESS(failed) || failed == U_BUFFER_OVERFLOW_ERROR) && text.find('\0') == std::string_view::npos;
}

}  // namespace

std::vector<WordPlace> words_of(std::string_view text, bool markup) {
    return Cutter(text, markup).run();
}

std::string read_text_file(std::string_view option, const std::string& path) {
    constexpr std::size_t kLargest = 256U << 20;  // a day's transcript with times of words has some 20 MB
    std::ifstream file(path, std::ios::binary);
    std::string text;
    std::array<char, 1 << 16> part{};
    while (file.read(part.data(), part.size()) || file.gcount() > 0) {
        text.append(part.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() > kLargest) throw std::invalid_argument(std::string(option) + " " + path + " is larger than 256 MB: name another file");
    }
    if (!file.eof()) throw std::invalid_argument(std::string(option) + " " + path + " cannot be read: name another file");
    if (text.starts_with("\xEF\xBB\xBF")) return text.substr(3);
    if (text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE")) return from_utf16(std::string_view(text).substr(2), text[0] == '\xFE');
    // XML tells its code itself, and its reader heeds that.
    if (!text.starts_with("<?xml") && !is_utf8(text)) throw std::invalid_argument(std::string(option) + " " + path + " is no text in UTF-8: save it as that");
    return text;
}

WordList read_word_list(const std::string& path) {
    return WordList(read_text_file("--words", path), path);
}

}  // namespace invisiblur
