#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "erase/region/face_area.hpp"
#include "image/image_view.hpp"
#include "invisiblur/tracks.hpp"

namespace invisiblur::test {

/// A generated clip as bytes, in one of libav's pixel formats: what `ffmpeg -f rawvideo` reads and writes.
struct RawClip {
    std::string format;  ///< "yuv422p10le"
    int width = 0;
    int height = 0;
    std::vector<std::vector<std::uint8_t>> frames;

    /// Borrows the pixels of one frame.
    ImageView view(std::size_t n);
};

/// A noisy textured scene, slowly panned, of `count` frames.
RawClip make_raw_clip(const std::string& format, int width, int height, int count, std::uint64_t seed);

/// Writes the clip as one file of raw frames and lets ffmpeg turn that into a video: raw file first, then `arguments`, which name
/// encoder and further inputs, then `path`.
void write_clip(const std::string& path, const RawClip& clip, const std::string& arguments);

/// All frames of a video's first stream, decoded by ffmpeg into the same format.
RawClip read_clip(const std::string& path, const std::string& format, int width, int height);

/// Two faces, one that walks in over the left border and one that stands.
/// In: pts of all frames, in units of time_base_num / time_base_den seconds.
Tracks two_faces(const RawClip& clip, const std::vector<std::int64_t>& pts, std::int64_t time_base_num, std::int64_t time_base_den);

/// The areas of one frame under the default options.
std::vector<FaceArea> areas_of_frame(RawClip& clip, std::size_t n, const Tracks& tracks, std::int64_t pts, bool interlaced);

}  // namespace invisiblur::test
