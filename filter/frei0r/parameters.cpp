#include "parameters.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "invisiblur/invisiblur.h"

namespace invisiblur::frei0r {
namespace {

constexpr std::string_view kUsualRate = "25";

/// Tracks are kept by time, and a frei0r host tells none that could be relied on: a wrong one would leave faces open.
constexpr std::array<std::string_view, 4> kNeedTimes{"tracks", "only-tracks", "except-tracks", "analysis"};

/// The order until now; options that the table gets later follow at the end.
constexpr std::array<std::string_view, 15> kOrder{"sensitivity", "min-score",   "min-face", "fill",  "plate",  "margin", "halo",        "threshold",
                                                  "radius",      "detect-size", "region",   "rule",  "threads", "model",  "detect-every"};

Parameter of_option(const InvisiblurOption& option) {
    return {option.name, std::string(option.takes) + ": " + option.help, option.value};
}

std::vector<Parameter> options_of_library() {
    std::vector<Parameter> all;
    InvisiblurOption option{};
    for (int i = 0; invisiblur_get_option(i, &option) == 0; ++i) {
        if (std::ranges::find(kNeedTimes, option.name) == kNeedTimes.end()) all.push_back(of_option(option));
    }
    return all;
}

std::vector<Parameter> make_parameters() {
    std::vector<Parameter> all = {
        {"input", "rgb|yuv|yuv422|yuv444: What the host's R, G, B hold: red, green, blue; or V, Y, U of a 4:2:0, 4:2:2 or 4:4:4 video.", "rgb"},
        {"lookahead", "FRAMES: The plugin gives each frame this many frames later, and black ones before; the host must make up for it.", "0"},
        {"rate", "RATE: Frames a second of the video; how long a lost face stays hidden is counted with it.", std::string(kUsualRate)},
    };
    std::vector<Parameter> options = options_of_library();
    std::erase_if(options, [](const Parameter& p) { return p.name == "lookahead"; });
    const auto place = [](const Parameter& p) { return std::ranges::find(kOrder, p.name) - kOrder.begin(); };
    std::ranges::stable_sort(options, {}, place);
    all.insert(all.end(), options.begin(), options.end());
    return all;
}

void append(std::string& text, std::string_view name, std::string_view value) {
    if (!text.empty()) text += ':';
    text.append(name) += '=';
    for (const char c : value) {
        if (c == ':' || c == '\\') text += '\\';
        text += c;
    }
}

}  // namespace

const std::vector<Parameter>& parameters() {
    static const std::vector<Parameter> all = make_parameters();
    return all;
}

std::size_t index_of(std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(parameters(), name, &Parameter::name) - parameters().begin());
}

std::string option_text(const std::vector<std::string>& values) {
    std::string text;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string& name = parameters()[i].name;
        if (name == "input" || name == "rate") continue;
        const std::string& value = values[i].empty() ? parameters()[i].value : values[i];
        if (value.empty()) continue;
        if (name.ends_with("region") && value.find('@') != std::string::npos)
            throw std::invalid_argument(name + ": a frei0r host does not tell the time; leave out the @ and what follows it");
        if (name == "detector" && value == "sidedata") throw std::invalid_argument("detector: a frei0r host hands over no detection boxes");
        append(text, name, value);
    }
    return text;
}

double rate_of(const std::vector<std::string>& values) {
    const std::string& given = values[index_of("rate")];
    const std::string_view text = given.empty() ? kUsualRate : std::string_view(given);
    double rate = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
    if (error != std::errc() || end != text.data() + text.size() || !(rate >= 1 && rate <= 1000))
        throw std::invalid_argument("rate: '" + given + "' is not a number from 1 to 1000");
    return rate;
}

}  // namespace invisiblur::frei0r
