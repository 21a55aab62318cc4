#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace invisiblur::test {

/// Makes a clip with the ffmpeg command line: make_clip(path, "-f lavfi -i testsrc2=s=64x48:d=1 -c:v ffv1"). Arguments are split
/// at blanks; quotes are not understood.
void make_clip(const std::string& path, const std::string& arguments);

/// The pts of all decoded frames of the n-th video stream, in units of its time base, as ffprobe gives them.
std::vector<std::int64_t> ffprobe_pts(const std::string& path, int video = 0);

/// The same in seconds, as text with six decimals.
std::vector<std::string> ffprobe_times(const std::string& path, int video = 0);

/// One value of one stream, such as ffprobe_value(path, "v:0", "pix_fmt").
std::string ffprobe_value(const std::string& path, const std::string& stream, const std::string& key);

/// Hashes of the packets of the chosen streams (`-map` syntax, "0:a"), without their timestamps.
std::string stream_hash(const std::string& path, const std::string& map);

/// A real clip by name, where they are at hand: in $INVISIBLUR_MEDIA, else in ../shared/media.
std::optional<std::string> real_clip(const std::string& name);

std::vector<std::string> split(const std::string& text, char at);

}  // namespace invisiblur::test
