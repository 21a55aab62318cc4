#pragma once
#include <cstdint>

/// Tests define this to make something fail; the program has no such function, and then nothing does.
/// In:      place and count: "read", bytes read so far; "detect", "encode", frames before this one; "text", 0, before a look at text; "lose encoded", "mux video" and "mux other",
///          packets of the stream so far, this one with them, which is lost; "reread", 0, where a written file is about to be read again.
/// Returns: other than 0 to let it fail.
extern "C" __attribute__((weak, visibility("hidden"))) int invisiblur_fault(const char* place, std::int64_t count);

namespace invisiblur {

inline bool fault_at(const char* place, std::int64_t count) {
    return invisiblur_fault != nullptr && invisiblur_fault(place, count) != 0;
}

}  // namespace invisiblur
