#include "media/bitstream/hevc_captions.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace invisiblur::av {
namespace {

constexpr int kFirstNonPicture = 32;  ///< NAL unit types below are picture data

/// Where the start code of the first picture data begins; the end where there is none.
std::size_t place_of_picture(ByteView bytes) {
    constexpr std::array<std::uint8_t, 3> kStart = {0, 0, 1};
    auto found = std::search(bytes.begin(), bytes.end(), kStart.begin(), kStart.end());
    for (; bytes.end() - found > 3; found = std::search(found + 3, bytes.end(), kStart.begin(), kStart.end())) {
        if ((found[3] >> 1 & 63) >= kFirstNonPicture) continue;
        const bool long_code = found != bytes.begin() && found[-1] == 0;
        return static_cast<std::size_t>(found - bytes.begin()) - (long_code ? 1 : 0);
    }
    return bytes.size();
}

}  // namespace

Bytes caption_unit(ByteView captions) {
    constexpr std::size_t kMostTriples = 31;
    const std::size_t triples = std::min(captions.size() / 3, kMostTriples);
    Bytes message = {0xb5, 0, 0x31, 'G', 'A', '9', '4', 3, static_cast<std::uint8_t>(0x40 | triples), 0xff};
    message.insert(message.end(), captions.begin(), captions.begin() + static_cast<std::ptrdiff_t>(3 * triples));
    message.push_back(0xff);
    Bytes payload = {0x4e, 1, 4, static_cast<std::uint8_t>(message.size())};
    payload.insert(payload.end(), message.begin(), message.end());
    payload.push_back(0x80);
    Bytes unit;
    append_nal_unit(unit, escape_nal_unit(payload), 0);
    return unit;
}

void insert_before_picture(AVPacket& packet, ByteView unit) {
    const std::size_t size = static_cast<std::size_t>(packet.size), place = place_of_picture({packet.data, size});
    check(av_grow_packet(&packet, static_cast<int>(unit.size())), "cannot put captions into the video");
    std::memmove(packet.data + place + unit.size(), packet.data + place, size - place);
    std::copy(unit.begin(), unit.end(), packet.data + place);
}

}  // namespace invisiblur::av
