#include "base/sha256.hpp"

#include <openssl/evp.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <stdexcept>
#include <vector>

namespace invisiblur {
namespace {

void want(int answer) {
    if (answer != 1) throw std::runtime_error("cannot compute a SHA-256: the cryptographic library refuses it");
}

}  // namespace

struct Sha256::State {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    if (!state_->context) throw std::bad_alloc();
    want(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr));
}

Sha256::~Sha256() = default;

void Sha256::add(std::span<const std::uint8_t> bytes) {
    want(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

Sha256::Digest Sha256::digest() {
    Digest digest{};
    want(EVP_DigestFinal_ex(state_->context.get(), digest.data(), nullptr));
    return digest;
}

std::string Sha256::hex() {
    std::string text;
    for (const std::uint8_t byte : digest()) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

std::string sha256_bytes(std::span<const std::uint8_t> bytes) {
    Sha256 hasher;
    hasher.add(bytes);
    return hasher.hex();
}

std::string sha256_file(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file) throw std::runtime_error("cannot open " + path + ": " + std::strerror(errno));
    Sha256 hasher;
    std::vector<std::uint8_t> buffer(1 << 18);
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) hasher.add({buffer.data(), got});
    if (std::ferror(file.get())) throw std::runtime_error("cannot read " + path + ": " + std::strerror(errno));
    return hasher.hex();
}

}  // namespace invisiblur
