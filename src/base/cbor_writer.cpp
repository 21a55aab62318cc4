#include "base/cbor_writer.hpp"

#include <array>
#include <stdexcept>

#include "base/cbor_form.hpp"
#include "invisiblur/invisiblur.h"

namespace invisiblur {
namespace {

using Json = nlohmann::json;
using namespace cbor_form;

constexpr std::size_t kBuffer = 1 << 20;

}  // namespace

CborWriter::CborWriter(PendingFile& file, std::string_view kind) : file_(file) {
    bytes(view_of(kMark));
    value({{"format", format_name(kind)}, {"program", invisiblur_version()}});
}

void CborWriter::value(const Json& value) {
    const std::vector<std::uint8_t> coded = Json::to_cbor(value);
    if (coded.size() > kMostValue) throw std::length_error("a value of " + std::to_string(coded.size()) + " bytes is too long for this file");
    bytes(view_of(kValueTag));
    payload(coded);
}

void CborWriter::payload(std::span<const std::uint8_t> content) {
    head(content.size());
    bytes(content);
}

/// The first byte of a byte string, with its length in it or in the bytes after it.
void CborWriter::head(std::uint64_t length) {
    const int extra = length < 24 ? -1 : length <= 0xFF ? 0 : length <= 0xFFFF ? 1 : length <= 0xFFFFFFFF ? 2 : 3;
    std::array<std::uint8_t, 9> coded{};
    std::size_t size = 0;
    coded[size++] = static_cast<std::uint8_t>(kByteString << 5 | (extra < 0 ? static_cast<int>(length) : 24 + extra));
    for (int shift = extra < 0 ? -8 : (8 << extra) - 8; shift >= 0; shift -= 8) coded[size++] = static_cast<std::uint8_t>(length >> shift);
    bytes({coded.data(), size});
}

void CborWriter::bytes(std::span<const std::uint8_t> content) {
    buffer_.append(reinterpret_cast<const char*>(content.data()), content.size());
    if (buffer_.size() >= kBuffer) flush();
}

void CborWriter::flush() {
    sum_.add(view_of(buffer_));
    file_.write(buffer_);
    buffer_.clear();
}

void CborWriter::finish() {
    flush();
    const Sha256::Digest digest = sum_.digest();
    buffer_ = kEnd;
    buffer_.append(reinterpret_cast<const char*>(digest.data()), digest.size());
    file_.write(buffer_);
    file_.finish();
}

}  // namespace invisiblur
