#include "job/progress_meter.hpp"

#include <algorithm>

namespace invisiblur::av {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kInterval = std::chrono::milliseconds(250);

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

ProgressMeter::ProgressMeter(Progress& progress, int passes) : progress_(progress), start_(Clock::now()), pass_start_(start_) {
    step_.passes = passes;
}

void ProgressMeter::begin_pass(int pass, std::int64_t frames_total) {
    step_.pass = pass;
    step_.frame = 0;
    step_.frames_total = frames_total;
    pass_start_ = Clock::now();
    tell();
}

void ProgressMeter::count_frame(int faces) {
    ++step_.frame;
    step_.faces = faces;
    if (Clock::now() - told_ >= kInterval) tell();
}

void ProgressMeter::end_pass() {
    tell();
}

double ProgressMeter::elapsed_s() const {
    return seconds_since(start_);
}

void ProgressMeter::tell() {
    told_ = Clock::now();
    const double pass_s = seconds_since(pass_start_);
    step_.elapsed_s = elapsed_s();
    step_.frames_per_second = pass_s > 0 ? static_cast<double>(step_.frame) / pass_s : 0;
    // Passes to come are taken to be as long as this one: they are within a factor of two, and the first second says more than nothing.
    const std::int64_t later = step_.frames_total * std::max(0, step_.passes - step_.pass);
    const auto left = static_cast<double>(std::max<std::int64_t>(0, step_.frames_total - step_.frame) + later);
    step_.left_s = step_.frames_total > 0 && step_.frame > 0 ? left / step_.frames_per_second : -1;
    progress_.update(step_);
}

}  // namespace invisiblur::av
