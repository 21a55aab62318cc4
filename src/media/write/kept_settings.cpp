#include "media/write/kept_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "media/bitstream/h264_headers.hpp"
#include "media/libav/compat.hpp"

extern "C" {
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/pixdesc.h>
}

namespace invisiblur::av {
namespace {

bool is_any(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// From the first frame, else from the container, which may hold it alone.
template <class T>
const T* find_facts(const AVFrame& frame, AVFrameSideDataType in_frame, const AVStream& stream, AVPacketSideDataType in_stream) {
    if (const AVFrameSideData* found = av_frame_get_side_data(&frame, in_frame)) return reinterpret_cast<const T*>(found->data);
    for (const AVPacketSideData& data : side_data(stream))
        if (data.type == in_stream && data.size >= sizeof(T)) return reinterpret_cast<const T*>(data.data);
    return nullptr;
}

long long in_units(AVRational value, double units) {
    return std::llround(av_q2d(value) * units);
}

/// x264 and x265 count colours in 1/50000 and light in 1/10000 cd/m2.
std::string display_in_units(const AVMasteringDisplayMetadata& d) {
    const auto point = [&](const AVRational* p) { return fmt::format("({},{})", in_units(p[0], 50000), in_units(p[1], 50000)); };
    return fmt::format("G{}B{}R{}WP{}L({},{})", point(d.display_primaries[1]), point(d.display_primaries[2]), point(d.display_primaries[0]),
                       point(d.white_point), in_units(d.max_luminance, 10000), in_units(d.min_luminance, 10000));
}

/// SVT-AV1 takes plain numbers and rounds them down to its fixed point.
std::string display_in_numbers(const AVMasteringDisplayMetadata& d) {
    const auto up = [](AVRational value, double units) { return (std::round(av_q2d(value) * units) + 0.01) / units; };
    const auto point = [&](const AVRational* p) { return fmt::format("({:.9f},{:.9f})", up(p[0], 65536), up(p[1], 65536)); };
    return fmt::format("G{}B{}R{}WP{}L({:.9f},{:.9f})", point(d.display_primaries[1]), point(d.display_primaries[2]),
                       point(d.display_primaries[0]), point(d.white_point), up(d.max_luminance, 256), up(d.min_luminance, 16384));
}

void keep_hdr10(Settings& settings, const std::string& encoder, const AVStream& source, const AVFrame& first) {
    const auto* display = find_facts<AVMasteringDisplayMetadata>(first, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, source,
                                                                 AV_PKT_DATA_MASTERING_DISPLAY_METADATA);
    const auto* light =
        find_facts<AVContentLightMetadata>(first, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, source, AV_PKT_DATA_CONTENT_LIGHT_LEVEL);
    const bool whole = display && display->has_primaries && display->has_luminance;
    const std::string levels = light ? fmt::format("{},{}", light->MaxCLL, light->MaxFALL) : "";
    if (encoder == "libx265") {
        if (whole) settings.emplace_back("x265-params", "master-display=" + display_in_units(*display));
        if (light) settings.emplace_back("x265-params", "max-cll=" + levels);
    }
    if (encoder == "libx264") {
        if (whole) settings.emplace_back("x264-params", "mastering-display=" + display_in_units(*display));
        if (light) settings.emplace_back("x264-params", "cll=" + levels);
    }
    if (encoder == "libsvtav1") {
        if (whole || light) settings.emplace_back("svtav1-params", "enable-hdr=1");
        if (whole) settings.emplace_back("svtav1-params", "mastering-display=" + display_in_numbers(*display));
        if (light) settings.emplace_back("svtav1-params", "content-light=" + levels);
    }
}

void keep_baseline(Settings& settings, AVCodecContext& codec, const AVCodecParameters& par) {
    const bool baseline = par.profile == kH264Baseline || par.profile == kH264ConstrainedBaseline;
    if (!baseline || codec.pix_fmt != AV_PIX_FMT_YUV420P) return;
    settings.emplace_back("profile", "baseline");
    codec.max_b_frames = 0;
}

/// DNxHD (SMPTE ST 2019-1) knows a few rates only, which are named after their megabits a second; the true ones differ a little.
std::int64_t nearest_dnxhd_rate(std::int64_t rate) {
    constexpr std::array<int, 20> kMegabits = {36, 45, 60, 75, 80, 85, 90, 100, 110, 115, 120, 135, 145, 175, 185, 220, 240, 290, 365, 440};
    const auto nearer = [&](int a, int b) { return std::abs(a * std::int64_t(1'000'000) - rate) < std::abs(b * std::int64_t(1'000'000) - rate); };
    return *std::min_element(kMegabits.begin(), kMegabits.end(), nearer) * std::int64_t(1'000'000);
}

void keep_dnxhd(Settings& settings, AVCodecContext& codec, const AVStream& source, const Options& options) {
    const AVCodecParameters& par = *source.codecpar;
    if (!options.bit_rate.empty()) return;
    if (par.codec_id == codec.codec_id && par.profile == kDnxhd && par.bit_rate > 0) {
        codec.bit_rate = nearest_dnxhd_rate(par.bit_rate);
        return;
    }
    const int depth = av_pix_fmt_desc_get(codec.pix_fmt)->comp[0].depth;
    const bool full = codec.pix_fmt == AV_PIX_FMT_YUV444P10 || codec.pix_fmt == AV_PIX_FMT_GBRP10;
    settings.emplace_back("profile", full ? "dnxhr_444" : depth > 8 ? "dnxhr_hqx" : "dnxhr_hq");
}

/// AVI stores no presentation times, only the order of packets. A source whose first picture waits for B-frames needs as many
/// again; otherwise pictures must come in the order in which they are shown.
void keep_avi_delay(Settings& settings, AVCodecContext& codec, const std::string& encoder, const AVStream& source, const VideoStream& video) {
    const int delay = source.codecpar->video_delay;
    const bool waits = delay > 0 && video.first->pts >= delay;
    if (codec.codec_id == AV_CODEC_ID_MPEG4) return;
    if (!waits) codec.max_b_frames = 0;
    if (waits && delay == 1 && encoder == "libx264") settings.emplace_back("b-pyramid", "none");
}

/// x264 writes the clock into the stream, and who has no container's times reads the frame rate from there. A constant rate is
/// written as such; the frames' times stay what they are.
void keep_rate(Settings& settings, const AVStream& source) {
    const double mean = av_q2d(source.avg_frame_rate), nominal = av_q2d(source.r_frame_rate);
    if (mean > 0 && nominal > 0 && std::abs(mean - nominal) < 0.005 * nominal) settings.emplace_back("x264-params", "force-cfr=1");
}

}  // namespace

bool is_lossless(const AVCodecParameters& source) {
    if (source.codec_id != AV_CODEC_ID_H264) return false;
    return bypasses_transform({source.extradata, static_cast<std::size_t>(std::max(0, source.extradata_size))});
}

Settings keep_settings(AVCodecContext& codec, const EncoderChoice& choice, const AVStream& source, const VideoStream& video,
                       const Options& options, const AVOutputFormat* container) {
    const AVCodecParameters& par = *source.codecpar;
    const std::string name = choice.codec->name;
    const bool same = par.codec_id == codec.codec_id;
    Settings settings;
    if (is_any(name, {"mpeg2video", "mpeg4", "mpeg1video"}) && par.video_delay > 0) codec.max_b_frames = 2;
    const bool h264 = is_any(name, {"libx264", "libx264rgb"});
    if (h264 && !video.filtered) keep_rate(settings, source);
    if (h264 && same) keep_baseline(settings, codec, par);
    if (container && std::string_view(container->name) == "avi") keep_avi_delay(settings, codec, name, source, video);
    if (name == "prores_ks" && same && par.profile >= 0 && par.profile <= 5) settings.emplace_back("profile", std::to_string(par.profile));
    if (name == "dnxhd") keep_dnxhd(settings, codec, source, options);
    const bool alpha = av_pix_fmt_desc_get(codec.pix_fmt)->flags & AV_PIX_FMT_FLAG_ALPHA;
    if (alpha && is_any(name, {"libvpx", "libvpx-vp9"})) settings.emplace_back("auto-alt-ref", "0");
    // In HEVC each field is a picture of its own, for libav's decoder as for x265.
    if (name == "libx265" && same && is_interlaced(*video.first))
        settings.emplace_back("x265-params", is_top_field_first(*video.first) ? "interlace=tff" : "interlace=bff");
    keep_hdr10(settings, name, source, *video.first);
    return settings;
}

}  // namespace invisiblur::av
