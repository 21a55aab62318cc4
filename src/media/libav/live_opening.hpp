#pragma once
#include <string>

#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// What a source of a live protocol is told when it is opened. None for other sources.
DictPtr live_input_settings(const std::string& path);

/// The reader of a video device.
/// Errors: std::runtime_error where libavdevice, which is loaded only then, is not there or has none.
const AVInputFormat& device_reader(const std::string& path);

/// Makes the writer of video devices known to libav.
/// Errors: as device_reader().
void load_device_writer(const std::string& path);

}  // namespace invisiblur::av
