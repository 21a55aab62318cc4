#include "media/bitstream/parameter_sets.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace invisiblur::av;

namespace {

constexpr std::uint8_t kH264Sps = 0x67, kH264Pps = 0x68, kHevcPps = 34 << 1;

Bytes set_of(std::uint8_t head, std::size_t size) {
    Bytes set(size, 0x55);
    set[0] = head;
    return set;
}

/// An avcC record of H.264 with this many sets of each kind.
Bytes avc_record(std::size_t sequence, std::size_t picture) {
    Bytes record = {1, 66, 0, 30, 0xFF, static_cast<std::uint8_t>(0xE0 | sequence)};
    const auto put = [&](std::uint8_t head) {
        for (const std::uint8_t byte : Bytes{0, 4, head, 66, 0, 30}) record.push_back(byte);
    };
    for (std::size_t n = 0; n < sequence; ++n) put(kH264Sps);
    record.push_back(static_cast<std::uint8_t>(picture));
    for (std::size_t n = 0; n < picture; ++n) put(kH264Pps);
    return record;
}

/// An hvcC record with no set.
Bytes hevc_record() {
    Bytes record(23, 0);
    record[0] = 1;
    return record;
}

std::string failure(AVCodecID codec, const Bytes& record, const std::vector<Bytes>& sets) {
    try {
        add_to_extradata(codec, record, sets);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("sets that are added to a header are in it, as many as it can count") {
    for (const auto& [head, record] : {std::pair{kH264Sps, avc_record(30, 1)}, {kH264Pps, avc_record(1, 254)}}) {
        const std::size_t before = sets_in_extradata(AV_CODEC_ID_H264, record).size();
        const Bytes more = add_to_extradata(AV_CODEC_ID_H264, record, {set_of(head, 4)});
        CHECK(sets_in_extradata(AV_CODEC_ID_H264, more).size() == before + 1);
    }
    const Bytes hevc = add_to_extradata(AV_CODEC_ID_HEVC, hevc_record(), {set_of(kHevcPps, 0xFFFF)});
    REQUIRE(sets_in_extradata(AV_CODEC_ID_HEVC, hevc).size() == 1);
    CHECK(sets_in_extradata(AV_CODEC_ID_HEVC, hevc)[0].size() == 0xFFFF);
}

TEST_CASE("a set for which a header has no number is an error, and not a header without sets") {
    CHECK(failure(AV_CODEC_ID_H264, avc_record(31, 1), {set_of(kH264Sps, 4)}) ==
          "the stream's header can count 31 sequence parameter sets, and would have 32: leave --copy-unchanged out");
    CHECK(failure(AV_CODEC_ID_H264, avc_record(1, 255), {set_of(kH264Pps, 4)}) ==
          "the stream's header can count 255 picture parameter sets, and would have 256: leave --copy-unchanged out");
    for (const auto& [codec, record, head] : {std::tuple{AV_CODEC_ID_H264, avc_record(1, 1), kH264Sps}, {AV_CODEC_ID_HEVC, hevc_record(), kHevcPps}})
        CHECK(failure(codec, record, {set_of(head, 0x10000)}) ==
              "the stream's header can count 65535 bytes of a parameter set, and would have 65536: leave --copy-unchanged out");
}
