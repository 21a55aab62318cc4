#pragma once
#include <cstdint>

namespace invisiblur::serve {

/// What a worker may take.
/// Units: bytes and seconds; 0 for no limit. `files` that are open at a time.
struct WorkerLimits {
    std::int64_t memory = 0;
    std::int64_t cpu_s = 0;
    std::int64_t file_size = 0;
    std::int64_t files = 256;
};

/// Takes from this process what decoding a video never needs: memory, time, files and their size beyond the limits, other programs, the
/// network, new rights. It dies with the thread that started it. There is no way back. What it may see of the files was settled before it
/// began; see FileRules.
/// Errors: std::runtime_error where the kernel refuses.
void confine_this_process(const WorkerLimits& limits);

/// A worker's share of this machine's memory.
std::int64_t usual_worker_memory(int jobs);

}  // namespace invisiblur::serve
