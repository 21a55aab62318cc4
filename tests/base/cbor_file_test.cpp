// Files that runs hand on to each other: there and back, and each way to be something else.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "base/cbor_reader.hpp"
#include "base/cbor_writer.hpp"
#include "support/clips.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;
using Json = nlohmann::json;

namespace {

/// A file of values and payloads; what is written to it stands between head and sum.
template <class Fill>
std::string made(const TempDir& dir, const std::string& kind, Fill fill) {
    const std::string path = dir / kind;
    PendingFile pending(path);
    CborWriter writer(pending, kind);
    fill(writer);
    writer.finish();
    pending.commit();
    return path;
}

template <class Read>
std::string refusal(Read read) {
    try {
        read();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "no refusal";
}

/// The content of a made file, whose bytes are changed and its sum set right again.
std::string summed(std::string content) {
    const std::size_t end = content.size() - 42;
    Sha256 sum;
    sum.add({reinterpret_cast<const std::uint8_t*>(content.data()), end});
    const auto digest = sum.digest();
    return content.replace(end + 10, digest.size(), reinterpret_cast<const char*>(digest.data()), digest.size());
}

}  // namespace

TEST_CASE("values, lists and payloads come back as they were, of any length") {
    const TempDir dir;
    const Json value = {{"whole", INT64_MIN}, {"real", 0.1}, {"single", 0.1F}, {"flag", true}, {"text", "\xFF no UTF-8"},
                        {"bytes", Json::binary({1, 2, 255})}, {"list", {1, {2, 3}}}};
    std::vector<std::vector<std::uint8_t>> payloads;
    for (const std::size_t size : {0, 1, 23, 24, 255, 256, 65535, 65536, 3000000}) payloads.emplace_back(size, static_cast<std::uint8_t>(size));
    std::vector<std::int64_t> rows(1025);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::int64_t>(i * i) - 7;
    const std::string path = made(dir, "test", [&](CborWriter& writer) {
        writer.value(value);
        for (const auto& payload : payloads) writer.payload(payload);
        writer.rows(rows, [](std::int64_t row) { return Json(row); });
        writer.rows(std::vector<int>(), [](int row) { return Json(row); });
    });
    CborReader reader(path, "test");
    const std::uint64_t begin = reader.place();
    for (int round = 0; round < 2; ++round) {
        const CborValue read = reader.value();
        CHECK(read.at("whole").whole() == INT64_MIN);
        CHECK(read.at("real").real() == 0.1);
        CHECK(read.at("single").single() == 0.1F);
        CHECK(read.at("flag").flag());
        CHECK(read.at("text").text() == "\xFF no UTF-8");
        CHECK(read.at("bytes").binary() == std::vector<std::uint8_t>{1, 2, 255});
        CHECK(read.at("list").at(1).at(0).number() == 2);
        for (const auto& payload : payloads) {
            if (round == 0) CHECK(reader.payload() == payload);
            else reader.skip();
        }
        std::vector<std::int64_t> back;
        reader.rows([&](const CborValue& row) { back.push_back(row.whole()); });
        CHECK(back == rows);
        reader.skip();
        reader.check_end();
        reader.go_to(begin);
    }
}

TEST_CASE("any CBOR reader can read it: tag 55799, then values as encoded items") {
    const TempDir dir;
    const std::string content = content_of(made(dir, "test", [](CborWriter& writer) { writer.value({1, 2}); }));
    std::vector<Json> items;
    std::istringstream stream(content);
    while (stream.peek() != std::istringstream::traits_type::eof()) {
        const auto tags = items.empty() ? Json::cbor_tag_handler_t::ignore : Json::cbor_tag_handler_t::store;
        items.push_back(Json::from_cbor(stream, false, true, tags));
    }
    REQUIRE(items.size() == 3);
    CHECK(Json::from_cbor(items[0].get_binary())["format"] == "invisiblur-test");
    CHECK(items[1].get_binary().subtype() == 24);
    CHECK(Json::from_cbor(items[1].get_binary()) == Json{1, 2});
    Sha256 sum;
    sum.add({reinterpret_cast<const std::uint8_t*>(content.data()), content.size() - 42});
    const auto digest = sum.digest();
    CHECK(std::ranges::equal(items[2]["sha256"].get_binary(), digest));
}

TEST_CASE("what is missing, of another kind or version, cut off or changed is refused with its sentence") {
    const TempDir dir;
    const std::string path = made(dir, "test", [](CborWriter& writer) { writer.value({1, 2}); });
    const auto open = [](const std::string& file, const std::string& kind = "test") { return refusal([&] { CborReader(file, kind); }); };
    const std::string whole = content_of(path), other = dir / "other", damaged = other + " is cut off or damaged: make it again";
    CHECK(open(path) == "no refusal");
    CHECK(open(dir / "none") == "cannot read " + (dir / "none") + ": No such file or directory");
    CHECK(open(path, "piece") == path + " is no file of the kind that is wanted here (\"piece\")");
    const auto put = [&](const std::string& content) { std::ofstream(other, std::ios::binary) << content; };
    for (const std::string& content : {std::string(), std::string("a"), std::string(1000, 'a')}) {
        put(content);
        CHECK(open(other) == other + " is no file of the kind that is wanted here (\"test\")");
        CHECK_FALSE(CborReader::is_one(other));
    }
    for (std::size_t size = 5; size < whole.size(); ++size) {
        put(whole.substr(0, size));
        CHECK(open(other) == damaged);
        CHECK(CborReader::is_one(other));
    }
    put(whole + "a");
    CHECK(open(other) == damaged);
    std::string changed = whole;
    changed.replace(changed.find("0."), 2, "9.");
    put(summed(changed));
    CHECK(open(other) == other + " is of another version of this program: make it again");
    CHECK(CborReader::is_kind(other, "test"));
    CHECK_FALSE(CborReader::is_kind(other, "piece"));
    CHECK_FALSE(CborReader::is_kind(dir / "none", "test"));
}

TEST_CASE("what is in a file with a right sum is not trusted for all that") {
    const TempDir dir;
    const auto read = [&](const auto& fill, const auto& take) {
        const std::string path = made(dir, "test", fill), said = refusal([&] {
            CborReader reader(path, "test");
            take(reader);
            reader.check_end();
        });
        return said == path + " is cut off or damaged: make it again" ? "damaged" : said;
    };
    const auto value = [&](const Json& json, const auto& take) {
        return read([&](CborWriter& writer) { writer.value(json); }, [&](CborReader& reader) { take(reader.value()); });
    };
    CHECK(value(7, [](const CborValue& v) { v.number(0, 7); }) == "no refusal");
    CHECK(value(8, [](const CborValue& v) { v.number(0, 7); }) == "damaged");
    CHECK(value(INT64_C(1) << 32, [](const CborValue& v) { v.number(); }) == "damaged");
    CHECK(value(UINT64_MAX, [](const CborValue& v) { v.whole(); }) == "damaged");
    CHECK(value(1.5, [](const CborValue& v) { v.whole(); }) == "damaged");
    CHECK(value(1, [](const CborValue& v) { v.flag(); }) == "damaged");
    CHECK(value(true, [](const CborValue& v) { v.whole(); }) == "damaged");
    CHECK(value(1e300, [](const CborValue& v) { v.single(); }) == "damaged");
    CHECK(value(INFINITY, [](const CborValue& v) { v.real(); }) == "damaged");
    CHECK(value(NAN, [](const CborValue& v) { v.real(); }) == "damaged");
    CHECK(value("text", [](const CborValue& v) { v.real(); }) == "damaged");
    CHECK(value({1, 2}, [](const CborValue& v) { v.at(2); }) == "damaged");
    CHECK(value({1, 2}, [](const CborValue& v) { v.at("key"); }) == "damaged");
    CHECK(value({{"key", 1}}, [](const CborValue& v) { v.at("other"); }) == "damaged");
    CHECK(value({{"key", 1}}, [](const CborValue& v) { v.at(0); }) == "damaged");
    CHECK(value(1, [](const CborValue&) {}) == "no refusal");
    const std::vector<std::uint8_t> some(100);
    const auto payload = [&](CborWriter& writer) { writer.payload(some); };
    CHECK(read(payload, [](CborReader& reader) { reader.payload_size(99); }) == "damaged");
    CHECK(read(payload, [](CborReader& reader) { reader.value(); }) == "damaged");
    CHECK(read(payload, [](CborReader&) {}) == "damaged");
    CHECK(read(payload, [](CborReader& reader) { reader.skip(), reader.skip(); }) == "damaged");
    CHECK(read([](CborWriter& writer) { writer.value(1); }, [](CborReader& reader) { reader.payload(); }) == "damaged");
}

TEST_CASE("lengths beyond the file's end and values within values without end are damage") {
    const TempDir dir;
    const auto refused = [&](const std::string& item) {
        const std::string path = made(dir, "test", [](CborWriter&) {}), whole = content_of(path), other = dir / "other";
        std::ofstream(other, std::ios::binary) << summed(whole.substr(0, whole.size() - 42) + item + whole.substr(whole.size() - 42));
        return refusal([&] {
            CborReader reader(other, "test");
            if (item.starts_with("\xD8\x18")) reader.value();
            else reader.payload();
        });
    };
    const std::string damaged = (dir / "other") + " is cut off or damaged: make it again";
    const std::string longest("\x5B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 9), four_gib("\x5B\0\0\0\1\0\0\0\5", 9);
    const std::string one_too_many("\x58\x09 12345678", 10);
    for (const std::string& length : {longest, four_gib, one_too_many, std::string("\x5C"), std::string("\x5F"), std::string("\x58"), std::string("\x44")}) {
        CHECK(refused(length) == damaged);
        CHECK(refused("\xD8\x18" + length) == damaged);
    }
    const auto value = [](const std::string& coded) {
        return "\xD8\x18\x5A" + std::string("\0\1", 2) + static_cast<char>(coded.size() >> 8 & 255) + static_cast<char>(coded.size() & 255) + coded;
    };
    CHECK(refused(value(std::string(65536 + 100, '\x81'))) == damaged);
    CHECK(refused(value(std::string(65536 + 100, '\xA1'))) == damaged);
    CHECK(refused(std::string("\xD8\x18\x43\x83\x01\x02", 6)) == damaged);
    CHECK(refused(std::string("\xD8\x18\x42\x01\x02", 5)) == damaged);
    CHECK(refused(std::string("\xD8\x18\x41\x01", 4)) == "no refusal");
    CHECK_THROWS_AS(made(dir, "long", [](CborWriter& writer) { writer.value(std::string(CborWriter::kMostValue, 'a')); }), std::length_error);
}
