#include "serve/byte_range.hpp"

#include <algorithm>
#include <string>

#include "options/option_text.hpp"

namespace invisiblur::serve {

std::optional<ByteRange> parse_byte_range(std::string_view header, std::uint64_t size) {
    constexpr std::string_view kUnit = "bytes=";
    if (!header.starts_with(kUnit)) return std::nullopt;
    header.remove_prefix(kUnit.size());
    const std::size_t dash = header.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const std::string_view from = header.substr(0, dash), to = header.substr(dash + 1);
    const auto first = parse_number<std::uint64_t>(from), last = parse_number<std::uint64_t>(to);
    if ((!first && !from.empty()) || (!last && !to.empty()) || (!first && !last)) return std::nullopt;
    if (!first) return ByteRange{size - std::min(size, *last), size};  // so many of the end
    if (last && *last < *first) return std::nullopt;
    const std::uint64_t begin = std::min(*first, size);
    return ByteRange{begin, last && *last < size ? *last + 1 : size};
}

}  // namespace invisiblur::serve
