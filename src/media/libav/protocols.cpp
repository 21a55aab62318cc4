#include "media/libav/protocols.hpp"

#include <sys/stat.h>

#include <fstream>
#include <string_view>

extern "C" {
#include <libavformat/avio.h>
}

namespace invisiblur::av {
namespace {

std::string scheme_of(const std::string& path) {
    const auto end = path.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+.-");
    if (end == std::string::npos || end < 2 || path[end] != ':') return "";
    return path.substr(0, end);
}

bool is_known(std::string_view scheme) {
    if (scheme == "rtsp" || scheme == "rtsps") return true;  // demuxers, not protocols
    void* state = nullptr;
    while (const char* name = avio_enum_protocols(&state, 0))
        if (scheme == name) return true;
    return false;
}

}  // namespace

bool is_url(const std::string& path) {
    struct stat facts {};
    const std::string scheme = scheme_of(path);
    return !scheme.empty() && scheme != "file" && is_known(scheme) && lstat(path.c_str(), &facts) != 0;
}

std::string local_path(const std::string& path) {
    struct stat facts {};
    const bool named_so = lstat(path.c_str(), &facts) == 0;
    return scheme_of(path) == "file" && !named_so ? path.substr(5) : path;
}

bool names_other_files(const std::string& path) {
    std::string start(512, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    return start.starts_with("#EXTM3U") || start.starts_with("ffconcat") || start.find("<MPD") != std::string::npos;
}

std::string allowed_protocols(const std::string& path, const std::string& more) {
    std::string list = "crypto,data";
    if (path != "-" && is_url(path)) {
        const std::string scheme = scheme_of(path);
        list += ',' + scheme;
        if (scheme == "http" || scheme == "https") list += ",http,https,httpproxy,tls,tcp";
        if (scheme.starts_with("rtmp")) list += ",tcp,tls,http,https";
        if (scheme.starts_with("rtsp") || scheme == "rtp" || scheme == "srtp") list += ",rtp,srtp,udp,tcp,tls";
    }
    return more.empty() ? list : list + ',' + more;
}

}  // namespace invisiblur::av
