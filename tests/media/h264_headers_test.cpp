#include "media/bitstream/h264_headers.hpp"

#include <doctest/doctest.h>

#include <vector>

using invisiblur::av::bypasses_transform;

namespace {

/// A sequence parameter set of profile High 4:4:4 Predictive, 4:2:0, 8 bits; its ninth bit after the id is the bypass flag.
std::vector<std::uint8_t> parameters(bool bypass) {
    // 0x67, profile 244, constraints, level; then id "1", chroma "010", depths "1" "1", bypass, and so on
    return {0x67, 244, 0, 30, static_cast<std::uint8_t>(0b10101100 | (bypass ? 0b10 : 0)), 0x80};
}

std::vector<std::uint8_t> after_start_code(std::vector<std::uint8_t> unit) {
    unit.insert(unit.begin(), {0, 0, 0, 1});
    return unit;
}

std::vector<std::uint8_t> in_record(const std::vector<std::uint8_t>& unit) {
    std::vector<std::uint8_t> record = {1, unit[1], unit[2], unit[3], 0xff, 0xe1, 0, static_cast<std::uint8_t>(unit.size())};
    record.insert(record.end(), unit.begin(), unit.end());
    return record;
}

}  // namespace

TEST_CASE("A lossless H.264 stream is known by its parameter set, in both forms of headers") {
    CHECK(bypasses_transform(after_start_code(parameters(true))));
    CHECK(bypasses_transform(in_record(parameters(true))));
    CHECK_FALSE(bypasses_transform(after_start_code(parameters(false))));
    CHECK_FALSE(bypasses_transform(in_record(parameters(false))));
}

TEST_CASE("Headers without a parameter set, of other profiles or cut off are not lossless") {
    CHECK_FALSE(bypasses_transform({}));
    auto main_profile = parameters(true);
    main_profile[1] = 77;
    CHECK_FALSE(bypasses_transform(after_start_code(main_profile)));
    const auto record = in_record(parameters(true));
    for (std::size_t size = 0; size + 2 < record.size(); ++size) {
        const std::vector<std::uint8_t> cut(record.begin(), record.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK_FALSE(bypasses_transform(cut));
    }
}
