#include "support/raw_clip.hpp"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "media/libav/pixel_layout.hpp"
#include "support/clips.hpp"
#include "support/pictures.hpp"
#include "support/process.hpp"

namespace invisiblur::test {
namespace {

AVPixelFormat format_of(const std::string& name) {
    const AVPixelFormat format = av_get_pix_fmt(name.c_str());
    if (format == AV_PIX_FMT_NONE) throw std::runtime_error("no pixel format " + name);
    return format;
}

std::size_t frame_bytes(const RawClip& clip) {
    return static_cast<std::size_t>(av_image_get_buffer_size(format_of(clip.format), clip.width, clip.height, 1));
}

}  // namespace

ImageView RawClip::view(std::size_t n) {
    std::uint8_t* data[4];
    int strides[4];
    av_image_fill_arrays(data, strides, frames.at(n).data(), format_of(format), width, height, 1);
    ImageView image{av::pixel_layout(format_of(format)), width, height, {}, {}};
    for (int p = 0; p < 4; ++p) image.data[p] = data[p], image.stride_bytes[p] = strides[p];
    return image;
}

RawClip make_raw_clip(const std::string& format, int width, int height, int count, std::uint64_t seed) {
    RawClip clip{format, width, height, {}};
    Random random(seed);
    clip.frames.assign(static_cast<std::size_t>(count), std::vector<std::uint8_t>(frame_bytes(clip)));
    for (int n = 0; n < count; ++n) {
        const ImageView image = clip.view(static_cast<std::size_t>(n));
        draw_scene(image, seed, n / 3, 0, 0);
        add_noise(image, random, 2);
    }
    return clip;
}

void write_clip(const std::string& path, const RawClip& clip, const std::string& arguments) {
    const std::string raw = path + ".raw";
    std::ofstream file(raw, std::ios::binary);
    for (const auto& frame : clip.frames)
        file.write(reinterpret_cast<const char*>(frame.data()), static_cast<std::streamsize>(frame.size()));
    file.close();
    make_clip(path, "-f rawvideo -pixel_format " + clip.format + " -video_size " + std::to_string(clip.width) + "x" +
                        std::to_string(clip.height) + " -framerate 25 -i " + raw + " " + arguments);
    std::filesystem::remove(raw);
}

RawClip read_clip(const std::string& path, const std::string& format, int width, int height) {
    const std::string raw = path + ".raw";
    must_run({"ffmpeg", "-v", "error", "-y", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", format,
              raw});
    RawClip clip{format, width, height, {}};
    std::ifstream file(raw, std::ios::binary);
    std::vector<std::uint8_t> frame(frame_bytes(clip));
    while (file.read(reinterpret_cast<char*>(frame.data()), static_cast<std::streamsize>(frame.size()))) clip.frames.push_back(frame);
    file.close();
    std::filesystem::remove(raw);
    return clip;
}

Tracks two_faces(const RawClip& clip, const std::vector<std::int64_t>& pts, std::int64_t time_base_num, std::int64_t time_base_den) {
    Tracks tracks;
    tracks.source = {"", clip.width, clip.height, time_base_num, time_base_den, 0, ""};
    Track walking{1, {}, {}}, standing{2, {}, {}};
    for (std::size_t n = 0; n < pts.size(); ++n) {
        walking.boxes.push_back({pts[n], {-6.5F + 4 * static_cast<float>(n), 11.3F, 20, 24}, 1, BoxSource::hand});
        if (n > 2) standing.boxes.push_back({pts[n], {61.2F, 30.7F, 17.5F, 21}, 1, BoxSource::hand});
    }
    tracks.tracks = {walking, standing};
    return tracks;
}

std::vector<FaceArea> areas_of_frame(RawClip& clip, std::size_t n, const Tracks& tracks, std::int64_t pts, bool interlaced) {
    StreamShape shape;
    shape.width = clip.width, shape.height = clip.height;
    std::vector<TrackedFace> faces;
    for (const Track& track : tracks.tracks) {
        for (const TrackBox& box : track.boxes) {
            if (box.pts == pts) faces.push_back({track.id, box});
        }
    }
    return FaceAreas(Options{}, shape).of_frame(faces, pts, clip.view(n), interlaced);
}

}  // namespace invisiblur::test
