#pragma once
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace invisiblur {

/// What is said of a file that runs hand on to each other, where its content cannot be right.
[[noreturn]] void refuse_damaged(const std::string& path);

/// A value that was read, or a part of one, asked for as what it must be.
/// Owns:    nothing; valid until the reader's next value.
/// Errors:  std::runtime_error, "FILE is cut off or damaged: make it again", where it is something else.
/// Threads: safe.
class CborValue {
public:
    CborValue(const nlohmann::json& json, const std::string& path) : json_(&json), path_(&path) {}

    bool is_map() const { return json_->is_object(); }
    CborValue at(std::string_view key) const;
    /// Of an array.
    std::size_t size() const;
    CborValue at(std::size_t place) const;

    std::int64_t whole(std::int64_t least = std::numeric_limits<std::int64_t>::min(), std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
    int number(int least = std::numeric_limits<int>::min(), int most = std::numeric_limits<int>::max()) const;
    double real() const;  ///< finite
    float single() const;
    bool flag() const;
    std::string text() const;
    const std::vector<std::uint8_t>& binary() const;

    /// In: what must hold.
    void check(bool holds) const;

private:
    const nlohmann::json* json_;
    const std::string* path_;
};

}  // namespace invisiblur
