#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "job/sound/transcript.hpp"
#include "options/option_text.hpp"

// WebVTT (W3C, 2019) with times within cues: "<00:00:01.000>".

namespace invisiblur {
namespace {

class Lines {
public:
    explicit Lines(std::string_view text) : text_(text) {}

    std::optional<std::string_view> next() {
        if (at_ >= text_.size()) return std::nullopt;
        const auto end = std::min(text_.find('\n', at_), text_.size());
        std::string_view line = text_.substr(at_, end - at_);
        at_ = end + 1;
        ++number_;
        if (line.ends_with('\r')) line.remove_suffix(1);
        return line;
    }
    std::size_t number() const { return number_; }

private:
    std::string_view text_;
    std::size_t at_ = 0, number_ = 0;
};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Adds what is spoken between times within a cue, as it goes.
class Cue {
public:
    Cue(std::vector<SpokenText>& spoken, double start_s, double end_s) : spoken_(spoken), start_s_(start_s), end_s_(end_s) {}

    void add_line(std::string_view line) {
        if (!text_.empty()) text_ += '\n';
        while (!line.empty()) {
            const auto open = line.find('<');
            text_ += line.substr(0, open);
            if (open == std::string_view::npos) return;
            const auto close = line.find('>', open);
            if (close == std::string_view::npos) return;
            if (const auto time = parse_time(line.substr(open + 1, close - open - 1))) end_part(*time);
            line = line.substr(close + 1);
        }
    }

    void finish() { end_part(end_s_); }

private:
    void end_part(double time_s) {
        if (!text_.empty()) spoken_.push_back({text_, start_s_, std::max(start_s_, time_s)});
        text_.clear();
        start_s_ = time_s;
    }

    std::vector<SpokenText>& spoken_;
    double start_s_, end_s_;
    std::string text_;
};

}  // namespace

std::vector<SpokenText> parse_webvtt(std::string_view text) {
    constexpr std::string_view kArrow = "-->";
    Lines lines(text);
    std::vector<SpokenText> spoken;
    for (auto line = lines.next(); line; line = lines.next()) {
        const auto arrow = line->find(kArrow);
        if (arrow == std::string_view::npos) continue;  // headers, notes, styles, names of cues
        const std::string_view behind = trimmed(line->substr(arrow + kArrow.size()));
        const auto start = parse_time(trimmed(line->substr(0, arrow))), end = parse_time(behind.substr(0, behind.find_first_of(" \t")));
        if (!start || !end) throw std::invalid_argument(fmt::format("has no times in line {}: {}", lines.number(), quoted(*line)));
        Cue cue(spoken, *start, *end);
        for (line = lines.next(); line && !line->empty(); line = lines.next()) cue.add_line(*line);
        cue.finish();
    }
    return spoken;
}

}  // namespace invisiblur
