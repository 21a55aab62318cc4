#include "serve/names.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <stdexcept>

#include "base/sha256.hpp"

namespace invisiblur::serve {
namespace {

constexpr std::size_t kTokenBytes = 16, kLongestName = 200;
constexpr std::string_view kHex = "0123456789abcdef";

/// Length of the UTF-8 sequence at the text's beginning, 0 where it is none.
std::size_t sequence_length(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t length = first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0;
    if (length == 0 || text.size() < length) return 0;
    const bool whole = std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length),
                                   [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });
    return whole ? length : 0;
}

/// Control characters, what other systems or shells take for something else, and marks that turn the direction of writing.
bool is_harmful(std::string_view sequence) {
    const auto c = static_cast<unsigned char>(sequence[0]);
    if (sequence.size() == 1) return c < 0x20 || c == 0x7F || std::string_view("\"\\:*?<>|").find(sequence[0]) != std::string_view::npos;
    if (sequence.size() == 2) return c == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0;
    if (c != 0xE2) return false;
    const int low = (static_cast<unsigned char>(sequence[1]) & 0x3F) << 6 | (static_cast<unsigned char>(sequence[2]) & 0x3F);
    return (low >= 0x0B && low <= 0x0F) || (low >= 0x28 && low <= 0x2E) || (low >= 0x60 && low <= 0x6F);
}

}  // namespace

std::string random_token() {
    std::array<std::uint8_t, kTokenBytes> bytes{};
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) throw std::runtime_error("the kernel gives no random numbers");
    std::string token;
    for (const std::uint8_t byte : bytes) {
        token += kHex[byte >> 4];
        token += kHex[byte & 15];
    }
    return token;
}

bool is_token(std::string_view text) {
    return text.size() == 2 * kTokenBytes && text.find_first_not_of(kHex) == std::string_view::npos;
}

std::string fingerprint(const std::string& secret) {
    return sha256_bytes({reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size()});
}

bool same_secret(std::string_view a, std::string_view b) {
    unsigned differ = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) differ |= static_cast<unsigned>(a[i] ^ b[i]);
    return differ == 0;
}

std::string clean_file_name(std::string_view name) {
    name = name.substr(name.find_last_of("/\\") + 1);  // npos + 1 is 0
    std::string clean;
    while (!name.empty()) {
        const std::size_t length = sequence_length(name);
        const std::string_view sequence = name.substr(0, std::max<std::size_t>(1, length));
        if (clean.size() + sequence.size() > kLongestName) break;
        clean += length == 0 || is_harmful(sequence) ? "_" : std::string(sequence);
        name.remove_prefix(sequence.size());
    }
    const std::size_t first = clean.find_first_not_of(". ");
    clean.erase(0, first);  // npos takes all
    clean.erase(clean.find_last_not_of(' ') + 1);
    return clean.empty() ? "video" : clean;
}

std::string content_disposition(const std::string& name) {
    std::string plain, encoded;
    for (const char c : clean_file_name(name)) {
        const auto byte = static_cast<unsigned char>(c);
        const bool simple = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
        plain += simple || c == ' ' ? c : '_';
        if (simple) {
            encoded += c;
        } else {
            encoded += '%';
            encoded += "0123456789ABCDEF"[byte >> 4];
            encoded += "0123456789ABCDEF"[byte & 15];
        }
    }
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

long long now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace invisiblur::serve
