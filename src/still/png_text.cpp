#include "still/png_text.hpp"

#include <zlib.h>

#include <cctype>
#include <cstdio>
#include <stdexcept>

namespace invisiblur::still {
namespace {

constexpr std::size_t kMostTextBytes = 64 << 20;

std::optional<Bytes> inflated(ByteView packed) {
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
    stream.next_in = const_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    Bytes result;
    int code = Z_OK;
    while (code == Z_OK && result.size() < kMostTextBytes) {
        std::uint8_t part[1 << 14];
        stream.next_out = part;
        stream.avail_out = sizeof part;
        code = inflate(&stream, Z_NO_FLUSH);
        append(result, ByteView(part).first(sizeof part - stream.avail_out));
        if (stream.avail_in == 0 && stream.avail_out > 0) break;
    }
    inflateEnd(&stream);
    if (code != Z_STREAM_END) return std::nullopt;
    return result;
}

Bytes deflated(ByteView plain) {
    uLongf size = compressBound(static_cast<uLong>(plain.size()));
    Bytes packed(size);
    if (compress(packed.data(), &size, plain.data(), static_cast<uLong>(plain.size())) != Z_OK) throw std::bad_alloc();
    packed.resize(size);
    return packed;
}

/// Where the text begins and whether it is compressed; 0 where the chunk is malformed.
std::size_t text_start(const std::string& type, ByteView content, std::size_t keyword_end, bool& compressed) {
    if (type == "tEXt") return keyword_end + 1;
    compressed = true;
    if (type == "zTXt") return keyword_end + 2;
    if (keyword_end + 3 > content.size()) return 0;
    compressed = content[keyword_end + 1] != 0;
    const std::string_view text = text_of(content);
    const std::size_t language_end = text.find('\0', keyword_end + 3);
    if (language_end == std::string_view::npos) return 0;
    const std::size_t translation_end = text.find('\0', language_end + 1);
    return translation_end == std::string_view::npos ? 0 : translation_end + 1;
}

}  // namespace

std::optional<PngText> parse_png_text(const std::string& type, ByteView content) {
    const std::size_t keyword_end = text_of(content).find('\0');
    if (keyword_end == std::string_view::npos) return std::nullopt;
    PngText text{type, std::string(text_of(content.first(keyword_end))), {}, {}, false};
    const std::size_t start = text_start(type, content, keyword_end, text.compressed);
    if (start == 0 || start > content.size()) return std::nullopt;
    text.head.assign(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(start));
    const ByteView rest = content.subspan(start);
    if (!text.compressed) {
        text.text.assign(rest.begin(), rest.end());
        return text;
    }
    auto plain = inflated(rest);
    if (!plain) return std::nullopt;
    text.text = std::move(*plain);
    return text;
}

Bytes print_png_text(const PngText& text) {
    Bytes content = text.head;
    append(content, text.compressed ? deflated(text.text) : text.text);
    return content;
}

std::optional<Bytes> parse_raw_profile(ByteView bytes) {
    const std::string_view text = text_of(bytes);
    // "\nexif\n    1234\n0123abcd…"
    const std::size_t name_end = text.find('\n', 1);
    if (!text.starts_with('\n') || name_end == std::string_view::npos) return std::nullopt;
    const std::size_t length_end = text.find('\n', name_end + 1);
    if (length_end == std::string_view::npos) return std::nullopt;
    Bytes profile;
    int high = -1;
    for (const char c : text.substr(length_end)) {
        if (!std::isxdigit(static_cast<unsigned char>(c))) continue;
        const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        if (high >= 0) profile.push_back(static_cast<std::uint8_t>(high << 4 | digit));
        high = high >= 0 ? -1 : digit;
    }
    return profile;
}

Bytes print_raw_profile(const std::string& name, ByteView profile) {
    constexpr std::size_t kBytesPerLine = 36;
    char number[32];
    std::snprintf(number, sizeof number, "%8zu", profile.size());
    std::string text = "\n" + name + "\n" + number;
    for (std::size_t i = 0; i < profile.size(); ++i) {
        std::snprintf(number, sizeof number, "%02x", profile[i]);
        text += (i % kBytesPerLine == 0 ? "\n" : "") + std::string(number);
    }
    text += '\n';
    return Bytes(text.begin(), text.end());
}

}  // namespace invisiblur::still
