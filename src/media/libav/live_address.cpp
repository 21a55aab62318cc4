#include "media/libav/live_address.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "media/libav/protocols.hpp"

namespace invisiblur::av {
namespace {

constexpr unsigned kVideo4Linux = 81;  ///< the major number of its devices (Linux, Documentation/admin-guide/devices.txt)

std::string_view scheme_of(const std::string& path) {
    return path != "-" && is_url(path) ? std::string_view(path).substr(0, path.find(':')) : std::string_view();
}

template <std::size_t N>
bool is_any(std::string_view scheme, const std::array<std::string_view, N>& schemes) {
    return std::ranges::find(schemes, scheme) != schemes.end();
}

/// rtmp, rtmps, rtmpt, …
bool is_rtmp(std::string_view scheme) {
    return scheme.starts_with("rtmp");
}

}  // namespace

bool is_video_device(const std::string& path) {
    struct stat facts {};
    return stat(path.c_str(), &facts) == 0 && S_ISCHR(facts.st_mode) && major(facts.st_rdev) == kVideo4Linux;
}

bool is_live_source(const std::string& path) {
    const std::string_view scheme = scheme_of(path);
    return is_rtmp(scheme) || is_any(scheme, std::to_array<std::string_view>({"rtsp", "rtsps", "rtp", "srtp", "udp", "udplite", "srt"})) || is_video_device(path);
}

bool is_live(const std::string& path, const Options& options) {
    return is_live_source(path) || options.delay_s > 0;
}

bool has_connection(const std::string& path) {
    const std::string_view scheme = scheme_of(path);
    return (!scheme.empty() && !is_any(scheme, std::to_array<std::string_view>({"udp", "udplite", "rtp", "srtp"}))) || is_video_device(path);
}

bool takes_live(const std::string& path) {
    const std::string_view scheme = scheme_of(path);
    return is_rtmp(scheme) || is_any(scheme, std::to_array<std::string_view>({"rtsp", "rtsps", "rtp", "udp", "udplite", "srt", "tcp", "tls", "unix"})) || is_video_device(path);
}

const char* live_muxer(const std::string& path) {
    const std::string_view scheme = scheme_of(path);
    if (scheme.starts_with("rtsp")) return "rtsp";
    if (scheme == "rtp") return "rtp_mpegts";
    if (is_rtmp(scheme)) return "flv";
    return is_video_device(path) ? "v4l2" : "mpegts";
}

bool muxer_connects(const std::string& path) {
    const std::string_view scheme = scheme_of(path);
    return scheme.starts_with("rtsp") || scheme == "rtp" || is_video_device(path);
}

}  // namespace invisiblur::av
