// Pieces of a result: packets in a file and back.
#include "job/shard/shard_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "base/atomic_file.hpp"
#include "base/cbor_writer.hpp"
#include "job/shard/joined_shards.hpp"
#include "support/flipped.hpp"
#include "support/small_piece.hpp"

using namespace invisiblur;
using namespace invisiblur::av;
using namespace invisiblur::test;

namespace {

using Json = nlohmann::json;

const char* const kDamaged = " is cut off or damaged: make it again";

void read_all(const std::string& path, std::size_t video = 0) {
    ShardReader reader(path);
    while (reader.next(video)) continue;
}

std::string failure(const std::string& path) {
    try {
        read_all(path);
    } catch (const std::exception& error) {
        return error.what() == path + kDamaged ? "damaged" : error.what();
    }
    return "no failure";
}

void check_packet(const AVPacket& a, const AVPacket& b) {
    CHECK(a.pts == b.pts);
    CHECK(a.dts == b.dts);
    CHECK(a.duration == b.duration);
    CHECK(a.flags == b.flags);
    REQUIRE(a.size == b.size);
    CHECK(std::equal(a.data, a.data + a.size, b.data));
    REQUIRE(a.side_data_elems == b.side_data_elems);
    for (int i = 0; i < a.side_data_elems; ++i) {
        CHECK(a.side_data[i].type == b.side_data[i].type);
        REQUIRE(a.side_data[i].size == b.side_data[i].size);
        CHECK(std::equal(a.side_data[i].data, a.side_data[i].data + a.side_data[i].size, b.side_data[i].data));
    }
}

}  // namespace

TEST_CASE("packets come out of a piece as they went in, each stream by itself, and again from the beginning") {
    const TempDir dir;
    ShardReader reader(save_small_piece(dir / "piece"));
    REQUIRE(reader.head().streams.size() == 2);
    CHECK(reader.head().source == "a source");
    CHECK(reader.head().options == "its options");
    CHECK(reader.head().streams[0].encoder == "libx264");
    CHECK(reader.head().streams[0].extradata == small_head().streams[0].extradata);
    CHECK(reader.head().streams[1].codec_id == AV_CODEC_ID_FFV1);
    CHECK(reader.head().streams[1].total == 2);
    const std::vector<int> of_first = {0, 2, 3}, of_second = {1, 4};
    for (const std::size_t video : {0U, 1U, 0U}) {
        const std::vector<int>& numbers = video == 0 ? of_first : of_second;
        for (const int number : numbers) {
            const PacketPtr packet = reader.next(video);
            REQUIRE(packet);
            check_packet(*small_packet(number), *packet);
        }
        CHECK_FALSE(reader.next(video));
        CHECK(reader.masked() == std::vector<std::int64_t>{2, 0});
        reader.restart();
    }
}

TEST_CASE("one flipped bit anywhere in a piece: make it again") {
    const TempDir dir;
    const std::string path = save_small_piece(dir / "piece");
    CHECK(check_flipped_bits(path, kDamaged, [](const std::string& changed) { read_all(changed); }) > 8 * 300);
    CHECK(check_flipped_bits(path, kDamaged, [](const std::string& changed) { JoinedShards({changed}, "a source"); }) > 8 * 300);
}

TEST_CASE("a piece whose sum is right and whose content cannot be is refused, too") {
    const TempDir dir;
    const auto stream = [&](const std::function<void(ShardStream&)>& spoil) {
        ShardHead head = small_head();
        spoil(head.streams[0]);
        return failure(save_small_piece(dir / "piece", head));
    };
    CHECK(stream([](ShardStream&) {}) == "no failure");
    CHECK(stream([](ShardStream& s) { s.codec_id = 0x7FFFFFFF; }) == "damaged");
    CHECK(stream([](ShardStream& s) { s.codec_id = -1; }) == "damaged");
    CHECK(stream([](ShardStream& s) { s.first = -1; }) == "damaged");
    CHECK(stream([](ShardStream& s) { s.first = 4; }) == "damaged");
    CHECK(stream([](ShardStream& s) { s.end = 4; }) == "damaged");
    CHECK(stream([](ShardStream& s) { s.total = INT64_MIN; }) == "damaged");
    CHECK(failure(save_small_piece(dir / "piece", small_head(), {2})) == "damaged");
    CHECK(failure(save_small_piece(dir / "piece", small_head(), {2, 0, 0})) == "damaged");
    CHECK(failure(save_small_piece(dir / "piece", small_head(), {2, -1})) == "damaged");
    ShardHead one = small_head();
    one.streams.pop_back();
    CHECK(failure(save_small_piece(dir / "piece", one, {2})) == "damaged");
}

TEST_CASE("side data that libav does not know, or twice, and packets longer than libav counts are damage") {
    const TempDir dir;
    const auto with_item = [&](const Json& item, std::size_t payloads) {
        const std::string path = dir / "made";
        const Json stream = {{"encoder", "ffv1"}, {"codec_id", AV_CODEC_ID_FFV1}, {"first", 0}, {"end", 1}, {"total", 1}};
        PendingFile file(path);
        CborWriter writer(file, "piece");
        writer.value({{"source", ""}, {"options", ""}, {"streams", Json::array({stream})}});
        writer.payload({});
        writer.value(item);
        const std::vector<std::uint8_t> some(16);
        for (std::size_t i = 0; i < payloads; ++i) writer.payload(some);
        writer.value({{"masked", Json::array({0})}});
        writer.finish();
        file.commit();
        return failure(path);
    };
    const auto packet = [](Json sides) { return Json::array({0, 1, 1, 1, 0, std::move(sides)}); };
    CHECK(with_item(packet(Json::array({AV_PKT_DATA_QUALITY_STATS})), 2) == "no failure");
    CHECK(with_item(packet(Json::array({AV_PKT_DATA_NB})), 2) == "damaged");
    CHECK(with_item(packet(Json::array({-1})), 2) == "damaged");
    CHECK(with_item(packet(Json::array({INT64_C(1) << 32})), 2) == "damaged");
    CHECK(with_item(packet(Json::array({AV_PKT_DATA_QUALITY_STATS, AV_PKT_DATA_QUALITY_STATS})), 3) == "damaged");
    CHECK(with_item(packet(Json::array({AV_PKT_DATA_QUALITY_STATS})), 1) == "damaged");
    CHECK(with_item(packet(Json::array()), 2) == "damaged");
    CHECK(with_item(packet(1), 1) == "damaged");
    CHECK(with_item(Json::array({1, 1, 1, 1, 0, Json::array()}), 1) == "damaged");
    CHECK(with_item(Json::array({0, 1, 1, 1, INT64_C(1) << 32, Json::array()}), 1) == "damaged");
    CHECK(with_item(Json::array({0, 1, 1}), 1) == "damaged");
}
