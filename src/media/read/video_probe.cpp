#include "media/read/video_probe.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "base/lower_case.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {
namespace {

using IoPtr = std::unique_ptr<AVIOContext, FreeAddress<avio_closep>>;

// Not among them: names that something else has, too (".ts" is TypeScript); those are known by their content.
constexpr auto kNames = std::to_array<std::string_view>(
    {".mkv", ".mp4", ".m4v", ".mov", ".qt",   ".webm", ".avi",  ".mts",  ".m2ts", ".flv",  ".3gp", ".3g2", ".ogv", ".mxf",  ".nut",  ".wmv",
     ".asf", ".mpg", ".vob", ".dv",  ".mpeg", ".lrv",  ".insv", ".ivf",  ".y4m",  ".h264", ".264", ".265", ".gif", ".apng", ".hevc", ".thm",
     ".jpg", ".png", ".bmp", ".tif", ".jpeg", ".webp", ".tiff", ".heic", ".heif", ".hif", ".heics", ".avif", ".avifs"});

// They name other files, or draw text.
constexpr auto kNoVideos =
    std::to_array<std::string_view>({"hls", "dash", "concat", "sdp", "rtsp", "imf", "tty", "bin", "xbin", "adf", "idf"});

bool has_known_name(const std::string& path) {
    const std::string end = lower_case(std::filesystem::path(path).extension().string());
    return std::ranges::find(kNames, end) != kNames.end();
}

bool has_video_stream(const AVFormatContext& context) {
    for (unsigned i = 0; i < context.nb_streams; ++i) {
        const AVStream& stream = *context.streams[i];
        if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !(stream.disposition & AV_DISPOSITION_ATTACHED_PIC)) return true;
    }
    return false;
}

IoPtr open_file(const std::string& path) {
    AVIOContext* raw_io = nullptr;
    if (avio_open(&raw_io, ("file:" + path).c_str(), AVIO_FLAG_READ) < 0) return nullptr;
    return IoPtr(raw_io);
}

bool is_no_video(const AVInputFormat& format) {
    const std::string_view names = format.name;
    return std::ranges::find(kNoVideos, names.substr(0, names.find(','))) != kNoVideos.end();
}

bool has_video(const std::string& path) {
    const IoPtr io = open_file(path);
    if (!io) return false;
    const AVInputFormat* format = nullptr;
    const int score = av_probe_input_buffer2(io.get(), &format, "", nullptr, 0, 0);
    if (score < AVPROBE_SCORE_EXTENSION / 2 || !format || is_no_video(*format)) return false;
    AVFormatContext* context = not_null(avformat_alloc_context());
    context->pb = io.get();
    AVDictionary* no_others = nullptr;
    av_dict_set(&no_others, "protocol_whitelist", "data", 0);
    const int code = avformat_open_input(&context, "", format, &no_others);
    av_dict_free(&no_others);
    const InputPtr input(context);
    return code >= 0 && avformat_find_stream_info(input.get(), nullptr) >= 0 && has_video_stream(*input);
}

}  // namespace

bool holds_pictures(const std::string& path) {
    return has_known_name(path) || has_video(path);
}

bool is_playlist(const std::string& path) {
    const IoPtr io = open_file(path);
    const AVInputFormat* format = nullptr;
    return io && av_probe_input_buffer2(io.get(), &format, path.c_str(), nullptr, 0, 0) >= 0 && format && is_no_video(*format);
}

}  // namespace invisiblur::av
