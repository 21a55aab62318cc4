#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace invisiblur {

/// A private key that signs with Ed25519 (RFC 8032).
/// Threads: safe.
class SigningKey {
public:
    /// In:     a PEM file (PKCS #8), without a password.
    /// Errors: std::runtime_error where the file cannot be read or is no such key; the sentence names the file and how to make one.
    explicit SigningKey(const std::string& path);
    ~SigningKey();
    SigningKey(SigningKey&&) noexcept;

    /// The signature's 64 bytes.
    std::string sign(std::string_view message) const;

    /// The public key as PEM (SubjectPublicKeyInfo), as `openssl pkey -pubout` writes it.
    std::string public_pem() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// The way back, for who has the public key alone.
/// Threads: safe.
class PublicKey {
public:
    /// In:     the text of a PEM file.
    /// Errors: std::runtime_error with `name` in front where it is no public key for Ed25519.
    PublicKey(const std::string& pem, const std::string& name);
    ~PublicKey();
    PublicKey(PublicKey&&) noexcept;

    /// Whether the signature is this key's of exactly this message.
    bool verifies(std::string_view message, std::string_view signature) const;

    /// SHA-256 of the key's DER form (SubjectPublicKeyInfo), lower-case hexadecimal: what tells one key from another.
    std::string fingerprint() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace invisiblur
