#include "cli/screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace invisiblur::cli {

int terminal_columns() {
    constexpr int kUsualColumns = 80;
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsualColumns;
}

Screen::~Screen() {
    erase();
}

void Screen::say(const std::string& line) {
    const std::lock_guard lock(mutex_);
    erase();
    std::fprintf(stderr, "%s\n", line.c_str());
    draw();
}

void Screen::show(const void* job, const std::string& text) {
    const std::lock_guard lock(mutex_);
    if (text.empty() && shown_.erase(job) == 0) return;
    if (!text.empty()) shown_[job] = text;
    if (shown_.empty()) erase();
    draw();
}

void Screen::erase() {
    if (stands_) std::fprintf(stderr, "\r\033[K");
    stands_ = false;
    std::fflush(stderr);
}

void Screen::draw() {
    if (shown_.empty()) return;
    std::string all;
    for (const auto& [job, text] : shown_) all += (all.empty() ? "" : "   ") + text;
    all.resize(std::min(all.size(), static_cast<std::size_t>(std::max(0, terminal_columns() - 1))));
    std::fprintf(stderr, "\r%s\033[K", all.c_str());
    std::fflush(stderr);
    stands_ = true;
}

}  // namespace invisiblur::cli
