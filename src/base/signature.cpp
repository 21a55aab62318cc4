#include "base/signature.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "base/sha256.hpp"

namespace invisiblur {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
constexpr std::size_t kSignatureBytes = 64;

void want(bool answer) {
    if (!answer) throw std::runtime_error("cannot sign or check a signature: the cryptographic library refuses it");
}

/// Nobody is asked for a password in the middle of a job.
int no_password(char* /*buffer*/, int /*size*/, int /*writes*/, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Key read_private_key(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file) throw std::runtime_error("--sign: cannot open " + path + ": " + std::strerror(errno));
    bool asked = false;
    Key key(PEM_read_PrivateKey(file.get(), nullptr, &no_password, &asked), &EVP_PKEY_free);
    if (asked) throw std::runtime_error("--sign: the key in " + path + " is locked with a password: unlock it with \"openssl pkey -in " + path + " -out FILE\"");
    if (!key || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519)
        throw std::runtime_error("--sign: " + path + " is no private key for Ed25519 in PEM; make one with \"openssl genpkey -algorithm ed25519 -out FILE\"");
    return key;
}

}  // namespace

struct SigningKey::Parts {
    explicit Parts(Key given) : key(std::move(given)) {}
    Key key;
};

SigningKey::SigningKey(const std::string& path) : parts_(std::make_unique<Parts>(read_private_key(path))) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;

std::string SigningKey::sign(std::string_view message) const {
    const Digest context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    std::string signature(kSignatureBytes, '\0');
    std::size_t size = signature.size();
    want(context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, parts_->key.get()) == 1);
    want(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(message), message.size()) == 1);
    want(size == kSignatureBytes);
    return signature;
}

std::string SigningKey::public_pem() const {
    const Bio memory(BIO_new(BIO_s_mem()), &BIO_free_all);
    want(memory && PEM_write_bio_PUBKEY(memory.get(), parts_->key.get()) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

struct PublicKey::Parts {
    explicit Parts(Key given) : key(std::move(given)) {}
    Key key;
};

PublicKey::PublicKey(const std::string& pem, const std::string& name) : parts_(std::make_unique<Parts>(Key(nullptr, &EVP_PKEY_free))) {
    const Bio memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free_all);
    if (memory) parts_->key.reset(PEM_read_bio_PUBKEY(memory.get(), nullptr, nullptr, nullptr));
    if (!parts_->key || EVP_PKEY_id(parts_->key.get()) != EVP_PKEY_ED25519) throw std::runtime_error(name + " is no public key for Ed25519 in PEM");
}
PublicKey::~PublicKey() = default;
PublicKey::PublicKey(PublicKey&&) noexcept = default;

bool PublicKey::verifies(std::string_view message, std::string_view signature) const {
    const Digest context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    want(context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, parts_->key.get()) == 1);
    return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
}

std::string PublicKey::fingerprint() const {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(parts_->key.get(), &der);
    want(size > 0);
    const auto release = [](unsigned char* bytes) { OPENSSL_free(bytes); };
    const std::unique_ptr<unsigned char, decltype(release)> owned(der, release);
    return sha256_bytes({der, static_cast<std::size_t>(size)});
}

}  // namespace invisiblur
