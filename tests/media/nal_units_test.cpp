#include "media/bitstream/nal_units.hpp"

#include <doctest/doctest.h>

using namespace invisiblur::av;

TEST_CASE("a slice that was never written is zeros; what may be zeros is none") {
    const Bytes whole{0x26, 1, 9, 0, 0, 3, 1, 7, 0x80};
    Bytes hole = whole, end = whole;
    hole.insert(hole.begin() + 4, 40, 0);
    end.insert(end.end(), 40, 0);  // some muxers leave zeros behind a unit
    for (const int length_size : {4, 0}) {
        CAPTURE(length_size);
        const auto packet = [&](const Bytes& unit) {
            Bytes made;
            append_nal_unit(made, whole, length_size);
            append_nal_unit(made, unit, length_size);
            append_nal_unit(made, whole, length_size);
            return made;
        };
        for (const bool hevc : {true, false}) {
            CHECK_FALSE(holds_unwritten_slice(packet(whole), length_size, hevc));
            CHECK_FALSE(holds_unwritten_slice(packet(end), length_size, hevc));
        }
        CHECK(holds_unwritten_slice(packet(hole), length_size, true));
    }
    Bytes message = hole;
    message[0] = 0x4E;  // beside the pictures (SEI)
    Bytes packet;
    append_nal_unit(packet, message, 4);
    CHECK_FALSE(holds_unwritten_slice(packet, 4, true));
    CHECK_FALSE(holds_unwritten_slice(Bytes{0, 0, 9, 9, 1}, 4, true));  // a length beyond the end
}
