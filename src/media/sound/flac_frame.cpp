#include "media/sound/flac_frame.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>

namespace invisiblur::av {
namespace {

/// CRC-8 with x^8 + x^2 + x + 1, CRC-16 with x^16 + x^15 + x^2 + 1, both from 0 (RFC 9639, 9.1.8 and 9.3).
template <class Sum, Sum polynomial>
Sum checksum(ByteView bytes) {
    constexpr int kBits = 8 * sizeof(Sum);
    Sum sum = 0;
    for (const std::uint8_t byte : bytes) {
        sum = static_cast<Sum>(sum ^ static_cast<Sum>(byte << (kBits - 8)));
        for (int bit = 0; bit < 8; ++bit) sum = static_cast<Sum>((sum & (Sum{1} << (kBits - 1))) != 0 ? (sum << 1) ^ polynomial : sum << 1);
    }
    return sum;
}

/// Bytes of the number behind the fixed part of a header, coded as UTF-8 is.
std::size_t number_size(std::uint8_t first) {
    const int ones = std::countl_one(first);
    return ones == 0 ? 1 : ones == 1 || ones > 7 ? 0 : static_cast<std::size_t>(ones);
}

/// RFC 9639, table 14; 0 where it stands behind the number, below 0 where there is none.
int samples_of(int code) {
    if (code == 0) return -1;
    if (code == 1) return 192;
    if (code <= 5) return 144 << code;
    if (code <= 7) return 0;
    return 1 << code;
}

}  // namespace

std::optional<FlacHeader> read_flac_header(ByteView frame) {
    constexpr std::size_t kFixed = 4;
    if (frame.size() < kFixed + 2 || frame[0] != 0xFF || (frame[1] & 0xFE) != 0xF8) return std::nullopt;
    const int size_code = frame[2] >> 4, rate_code = frame[2] & 15;
    FlacHeader header{.samples = samples_of(size_code), .numbers_samples = (frame[1] & 1) != 0, .number_at = kFixed};
    const std::size_t number = number_size(frame[kFixed]);
    if (header.samples < 0 || number == 0) return std::nullopt;
    header.after_number = kFixed + number;
    const std::size_t size_bytes = size_code == 6 ? 1 : size_code == 7 ? 2 : 0, rate_bytes = rate_code == 12 ? 1 : rate_code == 13 || rate_code == 14 ? 2 : 0;
    header.size = header.after_number + size_bytes + rate_bytes + 1;
    if (frame.size() < header.size + 2) return std::nullopt;
    if (size_code == 6) header.samples = frame[header.after_number] + 1;
    if (size_code == 7) header.samples = (frame[header.after_number] << 8 | frame[header.after_number + 1]) + 1;
    return header;
}

std::vector<std::uint8_t> with_number_of(ByteView made, ByteView source) {
    const auto header = read_flac_header(made), like = read_flac_header(source);
    if (!header || !like) throw std::runtime_error("a FLAC frame is damaged: leave the sound out with --drop audio");
    std::vector<std::uint8_t> frame;
    frame.reserve(made.size() + source.size());
    const auto append = [&](ByteView from, std::size_t begin, std::size_t end) {
        frame.insert(frame.end(), from.begin() + static_cast<std::ptrdiff_t>(begin), from.begin() + static_cast<std::ptrdiff_t>(end));
    };
    append(made, 0, header->number_at);
    frame[1] = static_cast<std::uint8_t>((frame[1] & 0xFE) | (source[1] & 1));
    append(source, like->number_at, like->after_number);
    append(made, header->after_number, header->size - 1);
    frame.push_back(checksum<std::uint8_t, 0x07>(frame));
    append(made, header->size, made.size() - 2);
    const std::uint16_t sum = checksum<std::uint16_t, 0x8005>(frame);
    frame.push_back(static_cast<std::uint8_t>(sum >> 8));
    frame.push_back(static_cast<std::uint8_t>(sum & 0xFF));
    return frame;
}

void forget_flac_sums(std::uint8_t* streaminfo, std::size_t size) {
    constexpr std::size_t kSizesAt = 4, kSizesEnd = 10, kSumAt = 18, kEnd = 34;
    if (size < kEnd) return;
    std::fill(streaminfo + kSizesAt, streaminfo + kSizesEnd, std::uint8_t{0});
    std::fill(streaminfo + kSumAt, streaminfo + kEnd, std::uint8_t{0});
}

}  // namespace invisiblur::av
