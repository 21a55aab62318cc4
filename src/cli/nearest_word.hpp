#pragma once
#include <span>
#include <string>

namespace invisiblur::cli {

/// The one of some words that somebody may have meant who wrote another: at most two letters are added, left out or replaced (Levenshtein 1966).
/// Returns: "" where none is so near.
std::string nearest_word(const std::string& written, std::span<const std::string> words);

}  // namespace invisiblur::cli
