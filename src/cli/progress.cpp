#include "cli/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "cli/message.hpp"

namespace invisiblur::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kBarInterval = std::chrono::milliseconds(100);
constexpr auto kJsonInterval = std::chrono::seconds(1);
constexpr int kUsualColumns = 80;

int terminal_columns() {
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsualColumns;
}

std::string clock_text(double seconds) {
    const auto all = static_cast<long long>(std::ceil(std::clamp(seconds, 0.0, 1e7)));
    char text[32];
    if (all >= 3600) {
        std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", all / 3600, all / 60 % 60, all % 60);
    } else {
        std::snprintf(text, sizeof text, "%lld:%02lld", all / 60, all % 60);
    }
    return text;
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
    if (step.left_s >= 0) numbers += "  " + clock_text(step.left_s) + " left";
    numbers += "  " + std::to_string(step.faces) + (step.faces == 1 ? " face" : " faces");
    const int room = columns - 1 - static_cast<int>(pass.size() + numbers.size());
    return (pass + gauge(step, room) + numbers).substr(0, static_cast<std::size_t>(std::max(0, columns - 1)));
}

std::string json_text(const std::string& input, const ProgressStep& step) {
    nlohmann::ordered_json json{{"input", input},
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

StderrProgress::StderrProgress(std::string input, ProgressKind kind, bool quiet) : input_(std::move(input)), kind_(kind), quiet_(quiet) {}

StderrProgress::~StderrProgress() {
    clear();
}

void StderrProgress::update(const ProgressStep& step) {
    if (kind_ == ProgressKind::none) return;
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    const auto interval = kind_ == ProgressKind::bar ? Clock::duration(kBarInterval) : Clock::duration(kJsonInterval);
    const bool first = last_shown_ == Clock::time_point();
    if (!first && now - last_shown_ < interval) return;
    last_shown_ = now;
    if (kind_ == ProgressKind::json) {
        std::fprintf(stderr, "%s\n", json_text(input_, step).c_str());
    } else {
        std::fprintf(stderr, "\r%s\033[K", bar_text(step, terminal_columns()).c_str());
        bar_stands_ = true;
    }
    std::fflush(stderr);
}

void StderrProgress::warn(const std::string& sentence) {
    const std::lock_guard lock(mutex_);
    if (quiet_) return;
    clear_bar();
    print_error(input_ + ": warning: " + sentence);
}

void StderrProgress::clear() {
    const std::lock_guard lock(mutex_);
    clear_bar();
}

void StderrProgress::clear_bar() {
    if (bar_stands_) std::fprintf(stderr, "\r\033[K");
    bar_stands_ = false;
    std::fflush(stderr);
}

}  // namespace invisiblur::cli
