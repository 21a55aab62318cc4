#include "media/bitstream/nal_units.hpp"

#include <stdexcept>

namespace invisiblur::av {
namespace {

std::vector<ByteView> split_lengths(ByteView data, std::size_t length_size) {
    std::vector<ByteView> units;
    while (data.size() >= length_size) {
        std::size_t length = 0;
        for (std::size_t i = 0; i < length_size; ++i) length = length << 8 | data[i];
        if (length > data.size() - length_size) throw std::runtime_error("a NAL unit reaches beyond its packet");
        if (length > 0) units.push_back(data.subspan(length_size, length));
        data = data.subspan(length_size + length);
    }
    return units;
}

/// Where the next 00 00 01 begins; data.size() where there is none.
std::size_t find_start(ByteView data, std::size_t from) {
    for (std::size_t i = from; i + 2 < data.size(); ++i) {
        if (data[i + 2] > 1) i += 2;
        else if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1) return i;
    }
    return data.size();
}

std::vector<ByteView> split_starts(ByteView data) {
    std::vector<ByteView> units;
    for (std::size_t start = find_start(data, 0); start < data.size();) {
        const std::size_t next = find_start(data, start + 3);
        std::size_t end = next;
        while (end > start + 3 && data[end - 1] == 0) --end;  // zeros belong to the next start code
        if (end > start + 3) units.push_back(data.subspan(start + 3, end - start - 3));
        start = next;
    }
    return units;
}

/// Many zeros before a byte that is larger than this.
bool holds_zeros(ByteView data, int after) {
    constexpr int kMostZeros = 16;  // far more than any encoder's mistake
    int zeros = 0;
    for (const std::uint8_t byte : data) {
        if (byte > after && zeros > kMostZeros) return true;
        zeros = byte == 0 ? zeros + 1 : 0;
    }
    return false;
}

}  // namespace

std::vector<ByteView> split_nal_units(ByteView data, int length_size) {
    return length_size > 0 ? split_lengths(data, static_cast<std::size_t>(length_size)) : split_starts(data);
}

bool holds_unwritten_slice(ByteView data, int length_size, bool hevc) {
    if (length_size == 0) return holds_zeros(data, 1);
    const auto prefix = static_cast<std::size_t>(length_size);
    while (data.size() > prefix) {
        std::size_t length = 0;
        for (std::size_t i = 0; i < prefix; ++i) length = length << 8 | data[i];
        if (length > data.size() - prefix) return false;
        const ByteView unit = data.subspan(prefix, length);
        data = data.subspan(prefix + length);
        if (unit.empty()) continue;
        const int type = hevc ? unit[0] >> 1 & 0x3F : unit[0] & 0x1F;
        if (hevc ? type >= 32 : type < 1 || type > 5) continue;
        if (holds_zeros(unit, 0)) return true;
    }
    return false;
}

void append_nal_unit(Bytes& packet, ByteView unit, int length_size) {
    if (length_size == 0) {
        packet.insert(packet.end(), {0, 0, 0, 1});
    } else {
        if (length_size < 4 && unit.size() >> (8 * length_size) != 0) throw std::runtime_error("a NAL unit is too long for its container");
        for (int i = length_size - 1; i >= 0; --i) packet.push_back(static_cast<std::uint8_t>(unit.size() >> (8 * i)));
    }
    packet.insert(packet.end(), unit.begin(), unit.end());
}

Bytes unescape_nal_unit(ByteView unit) {
    Bytes payload;
    payload.reserve(unit.size());
    int zeros = 0;
    for (const std::uint8_t byte : unit) {
        if (zeros >= 2 && byte == 3) {
            zeros = 0;
            continue;
        }
        zeros = byte == 0 ? zeros + 1 : 0;
        payload.push_back(byte);
    }
    return payload;
}

Bytes escape_nal_unit(ByteView payload) {
    Bytes unit;
    unit.reserve(payload.size() + payload.size() / 64);
    int zeros = 0;
    for (const std::uint8_t byte : payload) {
        if (zeros >= 2 && byte <= 3) {
            unit.push_back(3);
            zeros = 0;
        }
        zeros = byte == 0 ? zeros + 1 : 0;
        unit.push_back(byte);
    }
    if (!unit.empty() && unit.back() == 0) unit.push_back(3);
    return unit;
}

std::uint32_t BitReader::bits(int count) {
    std::uint32_t value = 0;
    for (; count > 0; --count, ++at_) {
        const std::uint8_t byte = at_ / 8 < data_.size() ? data_[at_ / 8] : 0;
        value = value << 1 | (byte >> (7 - at_ % 8) & 1U);
    }
    return value;
}

std::uint32_t BitReader::exp_golomb() {
    int zeros = 0;
    while (zeros < 32 && at_ / 8 < data_.size() && bits(1) == 0) ++zeros;
    return zeros == 0 ? 0 : (zeros < 32 ? (1U << zeros) - 1 + bits(zeros) : 0xFFFFFFFFU);
}

}  // namespace invisiblur::av
