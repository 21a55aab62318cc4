#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <string>

#include "media/libav/log.hpp"
#include "media/read/reader.hpp"

namespace invisiblur {

/// As the anonymiser has it, which would bring all of OpenCV along.
void FrameDeleter::operator()(AVFrame* frame) const noexcept {
    av_frame_free(&frame);
}

}  // namespace invisiblur

using namespace invisiblur;

/// Any bytes are a file whose first frames can be read, or an exception. The first byte chooses the options.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool quiet = [] { av::set_libav_verbosity(-1); return true; }();
    static const int file = memfd_create("input", MFD_CLOEXEC);
    if (!quiet || size < 2 || ftruncate(file, 0) != 0) return 0;
    if (pwrite(file, data + 1, size - 1, 0) != static_cast<ssize_t>(size - 1)) return 0;
    Options options;
    options.threads = 1;
    options.max_pixels = 256 * 256;
    options.max_streams = 4;
    options.strict = (data[0] & 1) == 0;
    const std::atomic<bool> cancel{false};
    try {
        const auto streams = (data[0] & 2) != 0 ? av::Reader::Streams::all : av::Reader::Streams::video_only;
        av::Reader reader("/proc/self/fd/" + std::to_string(file), options, cancel, streams);
        for (int items = 0; items < 40 && reader.next(); ++items) {
        }
        static_cast<void>(reader.damage());
    } catch (const std::exception&) {
        return 0;
    }
    return 0;
}
