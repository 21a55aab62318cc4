#include "options/label.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <string_view>

#include "options/option_text.hpp"

namespace invisiblur {
namespace {

constexpr std::array<std::string_view, 3> kClasses{"faces", "text", "regions"};
/// Bytes. A mark is a word or a reference, "b(6)"; what is longer would hide the scene.
constexpr std::size_t kLongest = 60;

}  // namespace

void check_label_text(const std::string& text) {
    if (text.empty()) throw std::invalid_argument("--label has an empty text: give the text, such as --label \"b(6)\"");
    if (text.size() > kLongest) throw std::invalid_argument("the label " + quoted(text) + " is longer than " + std::to_string(kLongest) + " bytes: give a shorter one");
    const bool control = std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (control) throw std::invalid_argument("the label " + quoted(text) + " has a control character or a line's end: give it in one line");
}

Label parse_label(const std::string& value) {
    const auto equals = value.find('=');
    Label label{value.substr(0, equals == std::string::npos ? 0 : equals), equals == std::string::npos ? value : value.substr(equals + 1)};
    if (equals != std::string::npos && std::ranges::find(kClasses, label.of) == kClasses.end())
        throw std::invalid_argument("--label " + value + ": " + quoted(label.of) + " is none of faces, text and regions, which stand before '='");
    check_label_text(label.text);
    return label;
}

void check_labels(const std::vector<std::string>& values) {
    std::set<std::string> seen;
    for (const std::string& value : values) {
        const Label label = parse_label(value);
        if (seen.insert(label.of).second) continue;
        throw std::invalid_argument("--label gives two texts for " + (label.of.empty() ? std::string("all that is hidden") : label.of) + ": give one of them");
    }
}

}  // namespace invisiblur
