#include "base/json_text.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

namespace invisiblur {
namespace {

// Deeper than any file of ours, shallow enough for the recursion in writing it.
constexpr int kMaxDepth = 64;

/// Finds what is wrong with a text, and where, before a document is built from it.
class Inspector : public nlohmann::json_sax<Json> {
public:
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return deeper(); }
    bool start_array(std::size_t) override { return deeper(); }
    bool key(string_t&) override { return true; }
    bool end_object() override { return --depth_ >= 0; }
    bool end_array() override { return --depth_ >= 0; }
    bool parse_error(std::size_t position, const std::string& token, const nlohmann::json::exception& error) override {
        const bool too_large = error.id == 406;
        problem_ = too_large ? "the number " + token + " is too large" : reason(error.what());
        position_ = position;
        return false;
    }

    const std::string& problem() const { return problem_; }
    std::size_t position() const { return position_; }

private:
    bool deeper() {
        if (++depth_ <= kMaxDepth) return true;
        problem_ = "objects and lists are nested too deeply";
        return false;
    }

    /// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error …" without what we say ourselves.
    static std::string reason(const std::string& what) {
        const auto colon = what.find(": ");
        return colon == std::string::npos ? what : what.substr(colon + 2);
    }

    int depth_ = 0;
    std::string problem_;
    std::size_t position_ = 0;
};

std::string place(std::string_view text, std::size_t position) {
    const auto before = text.substr(0, position == 0 ? 0 : std::min(position - 1, text.size()));
    const auto line = std::ranges::count(before, '\n') + 1;
    const auto last_break = before.rfind('\n');
    const auto column = before.size() - (last_break == std::string_view::npos ? 0 : last_break + 1) + 1;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

std::string on_one_line(std::string text) {
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    }
    return text;
}

}  // namespace

Json parse_json(std::string_view text) {
    Inspector inspector;
    if (!Json::sax_parse(text, &inspector)) {
        const std::string where = inspector.position() > 0 ? "not valid JSON at " + place(text, inspector.position()) + ": " : "";
        throw std::invalid_argument(on_one_line(where + inspector.problem()));
    }
    return Json::parse(text);
}

}  // namespace invisiblur
