#pragma once
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "invisiblur/options.hpp"

namespace invisiblur {

// How single values of options are written. All of it is independent of the locale and accepts no blanks, signs of '+',
// hexadecimal, infinities, NaN or trailing characters.

/// The whole text as one number, or nothing where it is none or does not fit.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number value{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) return std::nullopt;
    if constexpr (std::is_floating_point_v<Number>) {
        if (!std::isfinite(value)) return std::nullopt;
    }
    return value;
}

/// The shortest text that parse_number turns into the same number.
template <class Number>
std::string format_number(Number value) {
    char buffer[64];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

std::optional<bool> parse_switch(std::string_view text);

/// Seconds from "12.5", "1:02", "00:01:02.500"; nothing where the text is no time.
std::optional<double> parse_time(std::string_view text);

/// Errors: std::invalid_argument with a sentence that can follow the option's name.
Region parse_region(std::string_view text);
std::string format_region(const Region& region);

/// Splits at each separator that no '\' stands before. '\' is taken away before a separator and before another '\'; elsewhere it stays.
std::vector<std::string> split_escaped(std::string_view text, char separator);

/// Puts '\' before each separator and each '\'.
std::string escape(std::string_view text, char separator);

/// A text between quotation marks for messages, shortened where it is long, with control characters replaced.
std::string quoted(std::string_view text);

}  // namespace invisiblur
