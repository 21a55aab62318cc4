#include "cli/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "cli/message.hpp"
#include "cli/wording.hpp"

namespace invisiblur::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kBarInterval = std::chrono::milliseconds(100);
constexpr auto kJsonInterval = std::chrono::seconds(1);

std::string time_left(double seconds) {
    return clock_text(static_cast<long long>(std::ceil(std::clamp(seconds, 0.0, 1e7))));
}

std::string one_decimal(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", std::clamp(value, 0.0, 1e6));
    return text;
}

/// "[#####-----]  50%", or nothing where the end is unknown or the line is full.
std::string gauge(const ProgressStep& step, int columns) {
    constexpr int kWidest = 30, kNarrowest = 5, kAround = 9;
    const int width = std::min(kWidest, columns - kAround);
    if (step.frames_total <= 0 || width < kNarrowest) return {};
    const double share = std::clamp(static_cast<double>(step.frame) / static_cast<double>(step.frames_total), 0.0, 1.0);
    const int full = static_cast<int>(share * width);
    char percent[16];
    std::snprintf(percent, sizeof percent, "%3d%%", static_cast<int>(share * 100));
    return "[" + std::string(static_cast<std::size_t>(full), '#') + std::string(static_cast<std::size_t>(width - full), '-') + "] " +
           percent + "  ";
}

}  // namespace

ProgressKind progress_kind(const Options& options) {
    if (options.progress == "json") return ProgressKind::json;
    const char* const terminal = std::getenv("TERM");
    const bool dumb = !terminal || std::string_view(terminal) == "dumb";
    const bool bar = options.progress == "auto" && !options.quiet && !dumb && isatty(STDERR_FILENO) == 1;
    return bar ? ProgressKind::bar : ProgressKind::none;
}

std::string bar_text(const ProgressStep& step, int columns) {
    const std::string pass = step.passes > 1 ? "pass " + std::to_string(step.pass) + "/" + std::to_string(step.passes) + "  " : "";
    std::string numbers = "frame " + std::to_string(step.frame);
    if (step.frames_total > 0) numbers += "/" + std::to_string(step.frames_total);
    numbers += "  " + one_decimal(step.frames_per_second) + " fps";
    if (step.left_s >= 0) numbers += "  " + time_left(step.left_s) + " left";
    numbers += "  " + std::to_string(step.faces) + (step.faces == 1 ? " face" : " faces");
    const int room = columns - 1 - static_cast<int>(pass.size() + numbers.size());
    return (pass + gauge(step, room) + numbers).substr(0, static_cast<std::size_t>(std::max(0, columns - 1)));
}

std::string json_text(const std::string& input, const ProgressStep& step) {
    nlohmann::ordered_json json{{"event", "progress"},
                                {"input", input},
                                {"pass", step.pass},
                                {"passes", step.passes},
                                {"frame", step.frame},
                                {"frames_total", step.frames_total},
                                {"fps", step.frames_per_second},
                                {"elapsed_s", step.elapsed_s},
                                {"left_s", nullptr},
                                {"faces", step.faces}};
    if (step.left_s >= 0) json["left_s"] = step.left_s;
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string json_text(const std::string& event, const std::string& input, const Facts& facts) {
    nlohmann::ordered_json json{{"event", event}};
    if (!input.empty()) json["input"] = input;
    for (const auto& [name, value] : facts) std::visit([&](const auto& v) { json[name] = v; }, value);
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

StderrProgress::StderrProgress(Screen& screen, std::string input, Place place, ProgressKind kind, bool quiet)
    : screen_(screen), input_(std::move(input)), place_(place), kind_(kind), quiet_(quiet) {}

StderrProgress::~StderrProgress() {
    clear();
}

/// The bar; "3/10 talk.mkv 45%" where bars of several jobs share a line.
std::string StderrProgress::line(const ProgressStep& step) const {
    const std::string number = place_.of > 1 ? std::to_string(place_.number) + "/" + std::to_string(place_.of) + "  " : "";
    if (place_.alone) return number + bar_text(step, terminal_columns() - static_cast<int>(number.size()));
    std::string text = number + std::filesystem::path(input_).filename().string();
    if (step.frames_total > 0) {
        const double share = static_cast<double>(step.frame) / static_cast<double>(step.frames_total);
        text += " " + std::to_string(static_cast<int>((step.pass - 1 + std::clamp(share, 0.0, 1.0)) / step.passes * 100)) + "%";
    }
    return text;
}

void StderrProgress::update(const ProgressStep& step) {
    if (kind_ == ProgressKind::none) return;
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    const auto interval = kind_ == ProgressKind::bar ? Clock::duration(kBarInterval) : Clock::duration(kJsonInterval);
    const bool first = last_shown_ == Clock::time_point();
    if (!first && now - last_shown_ < interval) return;
    last_shown_ = now;
    if (kind_ == ProgressKind::json)
        screen_.say(json_text(input_, step));
    else
        screen_.show(this, line(step));
}

void StderrProgress::warn(const std::string& sentence) {
    tell("warning", {{"sentence", sentence}});
    if (!quiet_) screen_.say(message(input_ + ": warning: " + sentence));
}

void StderrProgress::tell(const std::string& event, const Facts& facts) {
    if (kind_ == ProgressKind::json) screen_.say(json_text(event, input_, facts));
}

void StderrProgress::clear() {
    screen_.show(this, "");
}

}  // namespace invisiblur::cli
