#pragma once
#include <cstdint>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cbor_value.hpp"

namespace invisiblur {

/// Reads what a CborWriter wrote. The whole file is held against its SHA-256 first; beyond that nothing in it is trusted.
/// Errors:  std::runtime_error that names the file: missing, of another kind or version; "is cut off or damaged: make it again".
/// Threads: one thread at a time.
class CborReader {
public:
    CborReader(const std::string& path, std::string_view kind);

    /// Whether a file says that it is of a kind; false also where it cannot be read.
    static bool is_kind(const std::string& path, std::string_view kind);

    /// Whether a file begins or ends as one of these does, of whatever kind, damaged or not.
    static bool is_one(const std::string& path);

    CborValue value();

    /// Takes each row of a list.
    template <class Take>
    void rows(Take take) {
        for (;;) {
            const CborValue some = value();
            const std::size_t count = some.size();
            if (count == 0) return;
            for (std::size_t i = 0; i < count; ++i) take(some.at(i));
        }
    }

    /// How long the payload is that comes next. Order: then payload_bytes() for all of it.
    std::size_t payload_size(std::size_t most = std::numeric_limits<std::size_t>::max());
    void payload_bytes(std::span<std::uint8_t> to);
    std::vector<std::uint8_t> payload();

    /// Passes over a value or a payload.
    void skip();

    /// A place between two items, to come back to.
    std::uint64_t place() const { return end_ - left_; }
    void go_to(std::uint64_t place);

    /// Makes sure that nothing follows.
    void check_end() const { check(left_ == 0); }
    void check(bool holds) const;
    const std::string& path() const { return path_; }

private:
    void check_sum();
    std::uint64_t length_of(std::uint8_t first);
    void bytes(std::span<std::uint8_t> to);

    std::string path_;
    std::ifstream file_;
    std::uint64_t end_ = 0;   ///< where the last item begins
    std::uint64_t left_ = 0;  ///< bytes before it
    nlohmann::json value_;    ///< read last
};

}  // namespace invisiblur
