#include "media/libav/live_opening.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <stdexcept>
#include <string_view>

#include "media/libav/live_address.hpp"

namespace invisiblur::av {
namespace {

/// libavdevice brings sound servers and window systems along, so that only who asks for a device pays for it.
void load_devices(const std::string& path) {
    const std::string name = fmt::format("libavdevice.so.{}", LIBAVFORMAT_VERSION_MAJOR);  // both count alike since FFmpeg 2
    void* const library = dlopen(name.c_str(), RTLD_NOW | RTLD_GLOBAL);  // stays: libav keeps pointers into it
    void* const entry = library ? dlsym(library, "avdevice_register_all") : nullptr;
    if (!entry) throw std::runtime_error(fmt::format("cannot open {}: devices need {}, which is not installed: install FFmpeg's libavdevice", path, name));
    reinterpret_cast<void (*)()>(entry)();
}

[[noreturn]] void refuse_device(const std::string& path) {
    throw std::runtime_error(fmt::format("cannot open {}: this build of FFmpeg knows no video devices: go through a pipe from and to ffmpeg", path));
}

}  // namespace

DictPtr live_input_settings(const std::string& path) {
    const std::string_view scheme = std::string_view(path).substr(0, path.find(':'));
    DictPtr settings;
    if (!is_live_source(path)) return settings;
    // A picture of which datagrams are lost is blank, so that they are asked for only where nothing else is had.
    if (scheme.starts_with("rtsp")) set_entry(settings, "rtsp_flags", "prefer_tcp");
    // What overruns the buffer while models are loaded is lost; it is no reason to end.
    if (scheme == "udp") set_entry(settings, "overrun_nonfatal", "1");
    return settings;
}

const AVInputFormat& device_reader(const std::string& path) {
    load_devices(path);
    const AVInputFormat* const reader = av_find_input_format("v4l2");
    if (!reader) refuse_device(path);
    return *reader;
}

void load_device_writer(const std::string& path) {
    load_devices(path);
    if (!av_guess_format("v4l2", nullptr, nullptr)) refuse_device(path);
}

}  // namespace invisiblur::av
