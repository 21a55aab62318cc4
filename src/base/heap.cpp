#include "base/heap.hpp"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace invisiblur {

void share_heaps() {
#ifdef __GLIBC__
    constexpr int kMegabyte = 1 << 20;
    mallopt(M_ARENA_MAX, 2);
    // What a frame needs it gives back and the next one needs again: fresh pages from the system cost as much as the work on them.
    mallopt(M_MMAP_THRESHOLD, 32 * kMegabyte);
    mallopt(M_TRIM_THRESHOLD, 256 * kMegabyte);
#endif
}

void trim_heap() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

}  // namespace invisiblur
