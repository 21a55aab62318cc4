#include "media/libav/log.hpp"

#include <cstdlib>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/log.h>
#include <libswscale/swscale.h>
}

namespace invisiblur::av {
namespace {

std::string version_text(const char* name, unsigned version) {
    return std::string(name) + ' ' + std::to_string(AV_VERSION_MAJOR(version)) + '.' + std::to_string(AV_VERSION_MINOR(version)) + '.' +
           std::to_string(AV_VERSION_MICRO(version));
}

}  // namespace

void set_libav_verbosity(int level) {
    av_log_set_level(level <= 0 ? AV_LOG_QUIET : level == 1 ? AV_LOG_VERBOSE : AV_LOG_DEBUG);
    // SVT-AV1 prints by itself and listens only to its own variable; a user's own setting wins.
    if (level <= 0) setenv("SVT_LOG", "1", 0);
}

std::string libav_versions() {
    return version_text("libavformat", avformat_version()) + ", " + version_text("libavcodec", avcodec_version()) + ", " +
           version_text("libavfilter", avfilter_version()) + ", " + version_text("libswscale", swscale_version()) + ", " +
           version_text("libavutil", avutil_version());
}

}  // namespace invisiblur::av
