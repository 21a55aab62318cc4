#pragma once
#include <string>
#include <string_view>

namespace invisiblur::serve {

/// 128 random bits as 32 hexadecimal digits: ids, session tokens, access tokens.
/// Errors: std::runtime_error where the kernel gives none.
std::string random_token();

/// Whether a text has the form of random_token()'s answers, so that it can be a part of a path.
bool is_token(std::string_view text);

/// What is kept of a secret, so that the database holds none.
std::string fingerprint(const std::string& secret);

/// Compares in a time that tells nothing about where they differ.
bool same_secret(std::string_view a, std::string_view b);

/// A file name as a client gave it, made harmless: no folders, no control characters, not hidden, at most 200 bytes, whole UTF-8.
/// Returns: "video" where nothing is left.
std::string clean_file_name(std::string_view name);

/// The header with which a browser saves an answer under this name (RFC 6266, RFC 8187).
std::string content_disposition(const std::string& name);

/// Milliseconds since 1970.
long long now_ms();

}  // namespace invisiblur::serve
