#include "av/h264_headers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace invisiblur::av {
namespace {

constexpr int kSequenceParameters = 7;

/// Bits of a NAL unit, first one first; beyond the end they are 0.
class Bits {
public:
    /// Leaves out the bytes that keep start codes from appearing inside.
    explicit Bits(std::span<const std::uint8_t> unit) {
        int zeros = 0;
        for (const std::uint8_t byte : unit) {
            if (zeros >= 2 && byte == 3) {
                zeros = 0;
                continue;
            }
            zeros = byte == 0 ? zeros + 1 : 0;
            bytes_.push_back(byte);
        }
    }

    unsigned read(int count) {
        unsigned value = 0;
        for (; count > 0; --count, ++place_) {
            const std::size_t byte = place_ / 8;
            value = value << 1 | (byte < bytes_.size() ? bytes_[byte] >> (7 - place_ % 8) & 1U : 0U);
        }
        return value;
    }

    /// An Exp-Golomb number.
    unsigned read_golomb() {
        int zeros = 0;
        while (zeros < 31 && place_ / 8 < bytes_.size() && read(1) == 0) ++zeros;
        return (1U << zeros) - 1 + read(zeros);
    }

private:
    std::vector<std::uint8_t> bytes_;
    std::size_t place_ = 0;
};

bool has_chroma_format(unsigned profile) {
    constexpr std::array<unsigned, 13> kProfiles = {44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244};
    return std::find(kProfiles.begin(), kProfiles.end(), profile) != kProfiles.end();
}

/// One NAL unit without its start code.
bool unit_bypasses(std::span<const std::uint8_t> unit) {
    if (unit.empty() || (unit[0] & 31) != kSequenceParameters) return false;
    Bits bits(unit.subspan(1));
    const unsigned profile = bits.read(8);
    bits.read(16);       // constraints, level
    bits.read_golomb();  // id
    if (!has_chroma_format(profile)) return false;
    if (bits.read_golomb() == 3) bits.read(1);  // 4:4:4: are its planes apart?
    bits.read_golomb();                         // depth of luma
    bits.read_golomb();                         // depth of chroma
    return bits.read(1) == 1;
}

bool any_in_record(std::span<const std::uint8_t> record) {
    std::size_t place = 6;
    for (int left = record.size() > 5 ? record[5] & 31 : 0; left > 0 && place + 2 <= record.size(); --left) {
        const std::size_t size = static_cast<std::size_t>(record[place]) << 8 | record[place + 1];
        place += 2;
        if (place + size > record.size()) return false;
        if (unit_bypasses(record.subspan(place, size))) return true;
        place += size;
    }
    return false;
}

}  // namespace

bool bypasses_transform(std::span<const std::uint8_t> headers) {
    if (!headers.empty() && headers[0] == 1) return any_in_record(headers);
    constexpr std::array<std::uint8_t, 3> kStart = {0, 0, 1};
    auto start = std::search(headers.begin(), headers.end(), kStart.begin(), kStart.end());
    while (start != headers.end()) {
        const auto unit = start + kStart.size();
        start = std::search(unit, headers.end(), kStart.begin(), kStart.end());
        if (unit_bypasses({unit, start})) return true;
    }
    return false;
}

}  // namespace invisiblur::av
