#pragma once
#include <string>

namespace invisiblur::av {

/// Says how much the codec libraries may print on standard error.
/// In:      0 nothing (what goes wrong is an exception's to say), 1 what they do, 2 everything.
/// Threads: before the first use of libav.
void set_libav_verbosity(int level);

/// "libavformat 59.27.100, libavcodec …" as they are linked at run time.
std::string libav_versions();

}  // namespace invisiblur::av
