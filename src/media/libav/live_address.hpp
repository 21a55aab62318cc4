#pragma once
#include <string>

#include "invisiblur/options.hpp"

namespace invisiblur::av {

/// A camera or a loopback of Video4Linux, such as /dev/video0.
bool is_video_device(const std::string& path);

/// Whether a source gives its pictures at a pace of its own, which nobody can hold up: rtsp, rtmp, rtp, udp, srt, a camera.
bool is_live_source(const std::string& path);

/// Whether a job's source is worked on live: it is one of these, or a pipe or an address for which options.delay_s says how late the result may be.
bool is_live(const std::string& path, const Options& options);

/// Whether a live source's connection can be lost and made anew. Datagrams (udp, rtp) just come again, to the same socket.
bool has_connection(const std::string& path);

/// An address or a video device that takes a stream while it is made: nothing of it can be renamed or read again.
bool takes_live(const std::string& path);

/// The muxer that goes with such an address: rtsp, flv (rtmp), rtp_mpegts (rtp), v4l2 (a device), mpegts (all others).
const char* live_muxer(const std::string& path);

/// Whether that muxer opens the address itself, rather than being given a connection.
bool muxer_connects(const std::string& path);

}  // namespace invisiblur::av
