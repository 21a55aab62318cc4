#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "base/atomic_file.hpp"
#include "base/sha256.hpp"

namespace invisiblur {

/// Writes the files that runs of one long job hand on to each other: a sequence of CBOR items (RFC 8949, RFC 8742), so that what is longer than
/// memory is written and read as it comes.
/// Format:  first {"format": "invisiblur-KIND", "program": VERSION}, marked as CBOR by tag 55799. Then, as the kind of file has it, values of at most
///          kMostValue bytes, each in a byte string of its own (tag 24), and payloads, plain byte strings of any length. Last
///          {"sha256": …}, the SHA-256 of all bytes before. The first item is such a value too.
/// Errors:  as PendingFile; std::length_error where a value is too long.
/// Order:   finish(), then commit() the file.
/// Threads: one thread at a time.
class CborWriter {
public:
    static constexpr std::size_t kMostValue = std::size_t{1} << 20;

    /// In: kind, a word that tells one file from another. Owns: borrows file.
    CborWriter(PendingFile& file, std::string_view kind);

    void value(const nlohmann::json& value);
    void payload(std::span<const std::uint8_t> bytes);

    /// A list of any length: values that are arrays of rows, the last one empty. In: row, what a thing is as a value of bounded size.
    template <class Things, class Row>
    void rows(const Things& things, Row row) {
        nlohmann::json some = nlohmann::json::array();
        for (const auto& thing : things) {
            some.push_back(row(thing));
            if (some.size() < kRowsTogether) continue;
            value(some);
            some.clear();
        }
        if (!some.empty()) value(some);
        value(nlohmann::json::array());
    }

    void finish();

private:
    static constexpr std::size_t kRowsTogether = 512;

    void head(std::uint64_t length);
    void bytes(std::span<const std::uint8_t> bytes);
    void flush();

    PendingFile& file_;
    Sha256 sum_;
    std::string buffer_;
};

}  // namespace invisiblur
