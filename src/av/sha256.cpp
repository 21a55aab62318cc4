#include "av/sha256.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <vector>

extern "C" {
#include <libavutil/mem.h>
#include <libavutil/sha.h>
}

namespace invisiblur::av {
namespace {

class Hasher {
public:
    Hasher() : state_(av_sha_alloc(), &av_free) {
        if (!state_) throw std::bad_alloc();
        av_sha_init(state_.get(), 256);
    }

    void add(std::span<const std::uint8_t> bytes) { av_sha_update(state_.get(), bytes.data(), bytes.size()); }

    std::string hex() {
        std::array<std::uint8_t, 32> digest{};
        av_sha_final(state_.get(), digest.data());
        std::string text;
        for (const std::uint8_t byte : digest) {
            text += "0123456789abcdef"[byte >> 4];
            text += "0123456789abcdef"[byte & 15];
        }
        return text;
    }

private:
    std::unique_ptr<AVSHA, decltype(&av_free)> state_;
};

}  // namespace

std::string sha256_bytes(std::span<const std::uint8_t> bytes) {
    Hasher hasher;
    hasher.add(bytes);
    return hasher.hex();
}

std::string sha256_file(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file) throw std::runtime_error("cannot open " + path + ": " + std::strerror(errno));
    Hasher hasher;
    std::vector<std::uint8_t> buffer(1 << 18);
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) hasher.add({buffer.data(), got});
    if (std::ferror(file.get())) throw std::runtime_error("cannot read " + path + ": " + std::strerror(errno));
    return hasher.hex();
}

}  // namespace invisiblur::av
