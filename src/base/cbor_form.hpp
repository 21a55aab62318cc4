#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/sha256.hpp"

/// The bytes that a CborWriter sets and a CborReader looks for.
namespace invisiblur::cbor_form {

using namespace std::string_view_literals;
using still::text_of;
using still::view_of;

/// Tag 55799, which says that CBOR follows, and the tag of a value.
inline constexpr std::string_view kMark = "\xD9\xD9\xF7"sv;
inline constexpr std::string_view kValueTag = "\xD8\x18"sv;
/// {"sha256": 32 bytes}
inline constexpr std::string_view kEnd = "\xA1\x66sha256\x58\x20"sv;
inline constexpr std::size_t kEndSize = kEnd.size() + std::tuple_size_v<Sha256::Digest>;
/// The major type of a byte string, in the upper three bits of its first byte.
inline constexpr int kByteString = 2;

inline std::string format_name(std::string_view kind) {
    return "invisiblur-" + std::string(kind);
}

}  // namespace invisiblur::cbor_form
