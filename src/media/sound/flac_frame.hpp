#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "media/bitstream/nal_units.hpp"

namespace invisiblur::av {

/// What the header of a FLAC frame says (RFC 9639, 9.1).
/// Units: number_at and after_number, bytes from the frame's beginning, between which the frame's or first sample's number stands.
struct FlacHeader {
    int samples = 0;
    bool numbers_samples = false;  ///< the number is the first sample's, not the frame's
    std::size_t number_at = 0;
    std::size_t after_number = 0;
    std::size_t size = 0;  ///< with its checksum
};

/// Nothing where the bytes are no FLAC frame.
std::optional<FlacHeader> read_flac_header(ByteView frame);

/// The frame `made` with the number that `source` has, and checksums that fit.
/// Errors: std::runtime_error where one of them is no FLAC frame.
std::vector<std::uint8_t> with_number_of(ByteView made, ByteView source);

/// FLAC's STREAMINFO (RFC 9639, 8.2) of a stream that was changed: least and greatest frame size and MD5 are unknown.
void forget_flac_sums(std::uint8_t* streaminfo, std::size_t size);

}  // namespace invisiblur::av
