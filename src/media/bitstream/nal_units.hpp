#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace invisiblur::av {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// As libav holds bytes: null and 0 for none.
inline ByteView byte_view(const std::uint8_t* data, int size) {
    return {data, static_cast<std::size_t>(std::max(0, size))};
}

/// The NAL units of an H.264 or HEVC packet (ITU-T H.264 annex B, ISO/IEC 14496-15), without what separates them.
/// In:     length_size, the bytes of the length before each unit, 1 to 4; 0 where start codes separate them.
/// Owns:   the views look into `data`.
/// Errors: std::runtime_error where a length reaches beyond the end.
std::vector<ByteView> split_nal_units(ByteView data, int length_size);

/// Whether zeros stand where a slice of a picture should: more of them in a row than the format lets come (annex B.1.1 keeps it below 3), before the
/// unit's end, where lengths tell that, else before anything but a start code.
/// In: as split_nal_units(); a wrong length ends the search.
bool holds_unwritten_slice(ByteView data, int length_size, bool hevc);

/// Appends one unit to a packet.
void append_nal_unit(Bytes& packet, ByteView unit, int length_size);

/// A unit without its emulation prevention bytes, and with them again.
Bytes unescape_nal_unit(ByteView unit);
Bytes escape_nal_unit(ByteView payload);

/// Reads bits of an unescaped unit, the first bit of a byte is its highest. Beyond the end it reads zeros.
class BitReader {
public:
    explicit BitReader(ByteView data, std::size_t first_bit = 0) : data_(data), at_(first_bit) {}

    std::uint32_t bits(int count);
    std::uint32_t exp_golomb();  ///< ue(v)
    std::size_t position() const { return at_; }

private:
    ByteView data_;
    std::size_t at_;
};

}  // namespace invisiblur::av
