#include "media/bitstream/hevc_captions.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace invisiblur::av;

namespace {

PacketPtr packet_of(const Bytes& bytes) {
    PacketPtr packet = make_packet();
    REQUIRE(av_new_packet(packet.get(), static_cast<int>(bytes.size())) == 0);
    std::copy(bytes.begin(), bytes.end(), packet->data);
    return packet;
}

}  // namespace

TEST_CASE("A caption message names ATSC, counts its triples and never looks like a start code") {
    const Bytes unit = caption_unit(Bytes{0xfc, 0, 0, 0, 0, 1});
    const Bytes expected = {0, 0, 0, 1, 0x4e, 1, 4, 17, 0xb5, 0, 0x31, 'G', 'A', '9', '4', 3, 0x42, 0xff, 0xfc, 0, 0, 3, 0, 0, 3, 1, 0xff, 0x80};
    CHECK(unit == expected);
}

TEST_CASE("The message stands before the first picture data, after parameter sets") {
    const Bytes parameters = {0, 0, 0, 1, 0x40, 1, 7}, picture = {0, 0, 0, 1, 0x26, 1, 9}, unit = {0, 0, 0, 1, 0x4e, 1, 5};
    Bytes both = parameters;
    both.insert(both.end(), picture.begin(), picture.end());
    const PacketPtr packet = packet_of(both);
    insert_before_picture(*packet, unit);
    Bytes expected = parameters;
    expected.insert(expected.end(), unit.begin(), unit.end());
    expected.insert(expected.end(), picture.begin(), picture.end());
    CHECK(Bytes(packet->data, packet->data + packet->size) == expected);
}
