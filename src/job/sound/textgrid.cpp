#include <algorithm>
#include <optional>
#include <stdexcept>
#include <variant>

#include "job/sound/transcript.hpp"
#include "options/option_text.hpp"

// Praat's TextGrid, long and short: of either form only numbers, texts between quotation marks and flags count (Praat's manual, "TextGrid file formats").

namespace invisiblur {
namespace {

class Values {
public:
    explicit Values(std::string_view text) : text_(text) {}

    std::string text() {
        auto value = next();
        if (!value || !std::holds_alternative<std::string>(*value)) broken();
        return std::get<std::string>(std::move(*value));
    }

    double number() {
        const auto value = next();
        if (!value || !std::holds_alternative<double>(*value)) broken();
        return std::get<double>(*value);
    }

    std::size_t count() {
        const double value = number();
        if (!(value >= 0) || value > static_cast<double>(text_.size())) broken();
        return static_cast<std::size_t>(value);
    }

private:
    [[noreturn]] static void broken() { throw std::invalid_argument("breaks off, or is no TextGrid as Praat writes it"); }

    std::optional<std::variant<double, std::string>> next() {
        for (;;) {
            at_ = text_.find_first_not_of(" \t\r\n", at_);
            if (at_ == std::string_view::npos) return std::nullopt;
            if (text_[at_] == '"') return quoted_text();
            const auto end = std::min(text_.find_first_of(" \t\r\n", at_), text_.size());
            const std::string_view word = text_.substr(at_, end - at_);
            at_ = end;
            if (const auto value = parse_number<double>(word)) return *value;
        }
    }

    /// In it '""' is a quotation mark.
    std::string quoted_text() {
        std::string value;
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] != '"') {
                value += text_[at_];
                continue;
            }
            ++at_;
            if (at_ >= text_.size() || text_[at_] != '"') return value;
            value += '"';
        }
        broken();
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<SpokenText> parse_textgrid(std::string_view text) {
    Values values(text);
    if (values.text() != "ooTextFile" || values.text() != "TextGrid") throw std::invalid_argument("is a file of Praat's, and no TextGrid");
    values.number(), values.number();
    std::vector<SpokenText> spoken;
    for (std::size_t tiers = values.count(); tiers > 0; --tiers) {
        const bool points = values.text() == "TextTier";
        values.text(), values.number(), values.number();
        for (std::size_t items = values.count(); items > 0; --items) {
            const double start_s = values.number(), end_s = points ? start_s : values.number();
            std::string value = values.text();
            if (!points) spoken.push_back({std::move(value), start_s, end_s});  // a point in time is nothing spoken
        }
    }
    return spoken;
}

}  // namespace invisiblur
