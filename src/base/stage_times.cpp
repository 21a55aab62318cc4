#include "base/stage_times.hpp"

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace invisiblur {
namespace {

constexpr std::array<const char*, kStages> kNames{"read", "detect", "motion", "track", "flow", "plates", "halos", "erase", "write"};
constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr double kNsPerMs = 1e6;

std::array<std::atomic<std::int64_t>, kStages> spent_ns{};
thread_local StageTimer* innermost = nullptr;

void write_times(const char* path) {
    std::FILE* file = std::fopen(path, "w");
    if (!file) return;
    for (int i = 0; i < kStages; ++i) std::fprintf(file, "%s %.3f\n", kNames[static_cast<std::size_t>(i)], static_cast<double>(spent_ns[static_cast<std::size_t>(i)]) / kNsPerMs);
    std::fclose(file);
}

bool wanted() {
    static const bool asked = [] {
        if (!std::getenv("INVISIBLUR_STAGE_TIMES")) return false;
        std::atexit([] { write_times(std::getenv("INVISIBLUR_STAGE_TIMES")); });
        return true;
    }();
    return asked;
}

std::int64_t thread_ns() {
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * kNsPerSecond + now.tv_nsec;
}

}  // namespace

StageTimer::StageTimer(Stage stage) : stage_(stage), began_ns_(wanted() ? thread_ns() : -1), outer_(innermost) {
    if (began_ns_ < 0) return;
    if (outer_) spent_ns[static_cast<std::size_t>(outer_->stage_)] += began_ns_ - outer_->began_ns_;
    innermost = this;
}

StageTimer::~StageTimer() {
    if (began_ns_ < 0) return;
    const std::int64_t now = thread_ns();
    spent_ns[static_cast<std::size_t>(stage_)] += now - began_ns_;
    innermost = outer_;
    if (outer_) outer_->began_ns_ = now;
}

}  // namespace invisiblur
