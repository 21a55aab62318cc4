#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace invisiblur {

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece.
/// Order:   add() any number of times, then digest() or hex() once.
/// Threads: one thread at a time.
class Sha256 {
public:
    using Digest = std::array<std::uint8_t, 32>;

    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void add(std::span<const std::uint8_t> bytes);

    Digest digest();

    /// 64 lower-case hexadecimal digits.
    std::string hex();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// SHA-256 as lower-case hexadecimal.
/// Errors: std::runtime_error where the file cannot be read.
std::string sha256_file(const std::string& path);
std::string sha256_bytes(std::span<const std::uint8_t> bytes);

}  // namespace invisiblur
