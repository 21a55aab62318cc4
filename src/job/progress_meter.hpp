#pragma once
#include <chrono>
#include <cstdint>

#include "invisiblur/transcode.hpp"

namespace invisiblur::av {

/// Counts frames and tells a Progress about four times a second, with the time that is left of all passes from the first frame on.
/// Threads: one thread at a time.
class ProgressMeter {
public:
    ProgressMeter(Progress& progress, int passes);

    void begin_pass(int pass, std::int64_t frames_total);
    void count_frame(int faces);
    void end_pass();

    double elapsed_s() const;

private:
    void tell();

    Progress& progress_;
    ProgressStep step_;
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point pass_start_;
    std::chrono::steady_clock::time_point told_;
};

}  // namespace invisiblur::av
