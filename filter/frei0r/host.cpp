#include "host.hpp"

#include <dlfcn.h>

#include <string_view>

namespace invisiblur::frei0r {
namespace {

constexpr int kPaddedTo_px = 16;
constexpr int kLastPadded = 8;  ///< major version of libavfilter
constexpr int kFirstExact = 10;

std::string_view file_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

int host_of(const void* caller) {
    Dl_info here{};
    if (dladdr(caller, &here) == 0 || here.dli_fname == nullptr) return kUnknownHost;
    void* object = dlopen(here.dli_fname, RTLD_NOW | RTLD_NOLOAD);
    if (object == nullptr) object = dlopen(nullptr, RTLD_NOW);  // the program itself, by whatever name it was started
    if (object == nullptr) return kUnknownHost;
    void* const function = dlsym(object, "avfilter_version");
    Dl_info there{};
    // A program that only uses libavfilter finds it, too: then other code is the one that calls.
    const bool is_libavfilter = function != nullptr && dladdr(function, &there) != 0 && there.dli_fbase == here.dli_fbase;
    const int major = is_libavfilter ? static_cast<int>(reinterpret_cast<unsigned (*)()>(function)() >> 16) : kOtherHost;
    dlclose(object);
    const bool hides_symbols = file_name(here.dli_fname).starts_with("ff");  // ffmpeg, ffplay, ffprobe
    return !is_libavfilter && hides_symbols ? kUnknownHost : major;
}

std::optional<int> row_px(int width, int host) {
    const int padded = (width + kPaddedTo_px - 1) / kPaddedTo_px * kPaddedTo_px;
    if (host == kOtherHost || host >= kFirstExact || padded == width) return width;
    if (host > 0 && host <= kLastPadded) return padded;
    return std::nullopt;
}

}  // namespace invisiblur::frei0r
