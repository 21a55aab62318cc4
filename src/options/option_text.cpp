#include "options/option_text.hpp"

#include <array>
#include <stdexcept>

namespace invisiblur {
namespace {

// Beyond it a float no longer counts single pixels safely, and no picture is as large.
constexpr float kMaxCoordinate = 1048576;
// More than thirty years: no video, and far from where seconds lose their milliseconds.
constexpr double kMaxTime_s = 1e9;

bool only_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "12" or "12.5": digits with at most one point between them.
std::optional<double> parse_plain_seconds(std::string_view text) {
    const auto point = text.find('.');
    if (!only_digits(text.substr(0, point))) return std::nullopt;
    if (point != std::string_view::npos && !only_digits(text.substr(point + 1))) return std::nullopt;
    const auto value = parse_number<double>(text);
    return value && *value <= kMaxTime_s ? value : std::nullopt;
}

[[noreturn]] void refuse_region(std::string_view text, std::string_view why) {
    throw std::invalid_argument(quoted(text) + " is not X,Y,W,H[@START-END]: " + std::string(why));
}

Box parse_box(std::string_view all, std::string_view text) {
    std::array<float, 4> values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto comma = text.find(',');
        if ((comma == std::string_view::npos) != (i == 3)) refuse_region(all, "it needs four numbers");
        const auto value = parse_number<float>(text.substr(0, comma));
        if (!value) refuse_region(all, quoted(text.substr(0, comma)) + " is not a number");
        if (std::abs(*value) > kMaxCoordinate) refuse_region(all, "a number is beyond 1048576");
        values[i] = *value;
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    if (!(values[2] > 0 && values[3] > 0)) refuse_region(all, "width and height must be greater than 0");
    return {values[0], values[1], values[2], values[3]};
}

std::optional<double> parse_region_time(std::string_view all, std::string_view text) {
    if (text.empty()) return std::nullopt;
    const auto time = parse_time(text);
    if (!time) refuse_region(all, quoted(text) + " is not a time; write seconds or [HH:]MM:SS[.mmm]");
    return time;
}

std::string format_seconds(double seconds) {
    char buffer[512];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, seconds, std::chars_format::fixed).ptr};
}

}  // namespace

std::optional<bool> parse_switch(std::string_view text) {
    for (const auto yes : {"true", "1", "yes", "y", "on"}) {
        if (text == yes) return true;
    }
    for (const auto no : {"false", "0", "no", "n", "off"}) {
        if (text == no) return false;
    }
    return std::nullopt;
}

std::optional<double> parse_time(std::string_view text) {
    double whole_s = 0;
    for (int colons = 0;; ++colons) {
        const auto colon = text.find(':');
        if (colon == std::string_view::npos) {
            const auto seconds = parse_plain_seconds(text);
            if (!seconds || (colons > 0 && *seconds >= 60)) return std::nullopt;
            const double all_s = whole_s * 60 + *seconds;
            return all_s <= kMaxTime_s ? std::optional(all_s) : std::nullopt;
        }
        const auto part = text.substr(0, colon);
        const auto value = only_digits(part) ? parse_number<int>(part) : std::nullopt;
        if (!value || colons == 2 || (colons == 1 && *value >= 60)) return std::nullopt;
        whole_s = whole_s * 60 + *value;
        text.remove_prefix(colon + 1);
    }
}

Region parse_region(std::string_view text) {
    Region region;
    const auto at = text.find('@');
    region.box = parse_box(text, text.substr(0, at));
    if (at == std::string_view::npos) return region;
    const auto span = text.substr(at + 1);
    const auto dash = span.find('-');
    if (dash == std::string_view::npos || span.size() == 1) refuse_region(text, "after @ stand START-END, START- or -END");
    region.start_s = parse_region_time(text, span.substr(0, dash));
    region.end_s = parse_region_time(text, span.substr(dash + 1));
    if (region.start_s && region.end_s && !(*region.start_s < *region.end_s)) refuse_region(text, "START must be before END");
    return region;
}

std::string format_region(const Region& region) {
    const Box& box = region.box;
    std::string text = format_number(box.x) + ',' + format_number(box.y) + ',' + format_number(box.w) + ',' + format_number(box.h);
    if (!region.start_s && !region.end_s) return text;
    text += '@';
    if (region.start_s) text += format_seconds(*region.start_s);
    text += '-';
    if (region.end_s) text += format_seconds(*region.end_s);
    return text;
}

std::vector<std::string> split_escaped(std::string_view text, char separator) {
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escaped = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == separator || text[i + 1] == '\\');
        if (escaped) {
            parts.back() += text[++i];
        } else if (text[i] == separator) {
            parts.emplace_back();
        } else {
            parts.back() += text[i];
        }
    }
    return parts;
}

std::string escape(std::string_view text, char separator) {
    std::string result;
    for (const char c : text) {
        if (c == separator || c == '\\') result += '\\';
        result += c;
    }
    return result;
}

std::string quoted(std::string_view text) {
    constexpr std::size_t kLongest = 80;
    std::string result = "\"";
    for (const char c : text.substr(0, kLongest)) result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return result + (text.size() > kLongest ? "...\"" : "\"");
}

}  // namespace invisiblur
