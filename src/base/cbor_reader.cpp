#include "base/cbor_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "base/cbor_form.hpp"
#include "base/cbor_writer.hpp"
#include "invisiblur/invisiblur.h"

namespace invisiblur {
namespace {

using Json = nlohmann::json;
using namespace cbor_form;

constexpr std::size_t kBuffer = 1 << 20;

/// The library reads what lies in each other by calling itself, so that a deep value would use up the stack: stops such a one.
class DepthCheck : public nlohmann::json_sax<Json> {
public:
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool key(string_t&) override { return true; }
    bool start_object(std::size_t) override { return ++depth_ <= kMost; }
    bool end_object() override { return --depth_ >= 0; }
    bool start_array(std::size_t) override { return ++depth_ <= kMost; }
    bool end_array() override { return --depth_ >= 0; }
    bool parse_error(std::size_t, const std::string&, const Json::exception&) override { return false; }

private:
    static constexpr int kMost = 16;
    int depth_ = 0;
};

/// One whole CBOR item. Discarded where it is none.
Json parsed(const std::vector<std::uint8_t>& bytes) {
    DepthCheck depth;
    if (!Json::sax_parse(bytes, &depth, Json::input_format_t::cbor)) return Json(Json::value_t::discarded);
    return Json::from_cbor(bytes, true, false);
}

/// The first bytes of a file; fewer where it is shorter.
std::string beginning(const std::string& path) {
    std::string bytes(512, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    return bytes;
}

bool begins_well(std::string_view bytes) {
    return bytes.starts_with(kMark) && bytes.substr(kMark.size()).starts_with(kValueTag);
}

}  // namespace

CborReader::CborReader(const std::string& path, std::string_view kind) : path_(path), file_(path, std::ios::binary) {
    std::error_code failed;
    const std::uint64_t size = std::filesystem::file_size(path, failed);
    if (!file_ || failed) throw std::runtime_error("cannot read " + path + ": " + (failed ? failed.message() : std::strerror(errno)));
    const auto other_kind = [&] { return std::runtime_error(path + " is no file of the kind that is wanted here (\"" + std::string(kind) + "\")"); };
    if (!is_one(path)) throw other_kind();
    check(size >= kMark.size() + kEndSize);
    end_ = left_ = size - kEndSize;
    check_sum();
    go_to(kMark.size());
    const CborValue first = value();
    if (first.at("format").text() != format_name(kind)) throw other_kind();
    if (first.at("program").text() != invisiblur_version()) throw std::runtime_error(path + " is of another version of this program: make it again");
}

bool CborReader::is_kind(const std::string& path, std::string_view kind) {
    const std::string begin = beginning(path);
    const std::size_t at = kMark.size() + kValueTag.size();
    // It is neither so short nor so long that its length stood elsewhere than in the second byte.
    if (!begins_well(begin) || begin.size() < at + 2 || static_cast<std::uint8_t>(begin[at]) != (kByteString << 5 | 24)) return false;
    const std::string_view rest = std::string_view(begin).substr(at + 2);
    const std::string_view first = rest.substr(0, static_cast<std::uint8_t>(begin[at + 1]));
    const Json value = parsed({first.begin(), first.end()});
    return value.is_object() && value.value("format", Json()) == format_name(kind);
}

bool CborReader::is_one(const std::string& path) {
    if (begins_well(beginning(path))) return true;
    std::ifstream file(path, std::ios::binary);
    std::string end(kEnd.size(), '\0');
    return file.seekg(-static_cast<std::streamoff>(kEndSize), std::ios::end) && file.read(end.data(), static_cast<std::streamsize>(end.size())) && end == kEnd;
}

/// Reads the whole file once.
void CborReader::check_sum() {
    Sha256 sum;
    std::vector<std::uint8_t> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(left_, kBuffer)));
    while (left_ > 0) {
        const std::span<std::uint8_t> some(buffer.data(), static_cast<std::size_t>(std::min<std::uint64_t>(left_, buffer.size())));
        bytes(some);
        sum.add(some);
    }
    std::array<char, kEndSize> end{};
    check(static_cast<bool>(file_.read(end.data(), end.size())));
    const Sha256::Digest digest = sum.digest();
    check(std::string_view(end.data(), kEnd.size()) == kEnd && std::memcmp(end.data() + kEnd.size(), digest.data(), digest.size()) == 0);
}

/// Of a byte string whose first byte was read.
std::uint64_t CborReader::length_of(std::uint8_t first) {
    const int info = first & 31;
    check(first >> 5 == kByteString && info <= 27);
    if (info < 24) return static_cast<std::uint64_t>(info);
    std::array<std::uint8_t, 8> coded{};
    const std::span<std::uint8_t> some(coded.data(), std::size_t{1} << (info - 24));
    bytes(some);
    std::uint64_t length = 0;
    for (const std::uint8_t byte : some) length = length << 8 | byte;
    return length;
}

std::size_t CborReader::payload_size(std::size_t most) {
    std::uint8_t first = 0;
    bytes({&first, 1});
    const std::uint64_t length = length_of(first);
    check(length <= left_ && length <= most);
    return static_cast<std::size_t>(length);
}

void CborReader::payload_bytes(std::span<std::uint8_t> to) {
    bytes(to);
}

std::vector<std::uint8_t> CborReader::payload() {
    std::vector<std::uint8_t> content(payload_size());
    bytes(content);
    return content;
}

CborValue CborReader::value() {
    std::array<std::uint8_t, kValueTag.size()> tag{};
    bytes(tag);
    check(std::ranges::equal(tag, view_of(kValueTag)));
    std::vector<std::uint8_t> coded(payload_size(CborWriter::kMostValue));
    bytes(coded);
    value_ = parsed(coded);
    check(!value_.is_discarded());
    return {value_, path_};
}

void CborReader::skip() {
    std::uint8_t first = 0;
    bytes({&first, 1});
    if (first == static_cast<std::uint8_t>(kValueTag[0])) {
        bytes({&first, 1});
        bytes({&first, 1});
    }
    const std::uint64_t length = length_of(first);
    check(length <= left_);
    go_to(place() + length);
}

void CborReader::go_to(std::uint64_t place) {
    check(place <= end_ && file_.seekg(static_cast<std::streamoff>(place)));
    left_ = end_ - place;
}

void CborReader::bytes(std::span<std::uint8_t> to) {
    check(to.size() <= left_ && file_.read(reinterpret_cast<char*>(to.data()), static_cast<std::streamsize>(to.size())));
    left_ -= to.size();
}

void CborReader::check(bool holds) const {
    if (!holds) refuse_damaged(path_);
}

}  // namespace invisiblur
