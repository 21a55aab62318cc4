#include "media/write/result_nature.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "media/write/container.hpp"

namespace invisiblur::av {
namespace {

/// Muxers whose demuxers have other names.
constexpr std::array<std::pair<std::string_view, const char*>, 15> kReaders = {{
    {"ipod", "mov"}, {"psp", "mov"}, {"ismv", "mov"}, {"f4v", "mov"}, {"vob", "mpeg"}, {"dvd", "mpeg"}, {"svcd", "mpeg"}, {"vcd", "mpeg"},
    {"ogv", "ogg"}, {"asf_stream", "asf"}, {"mpeg1video", "mpegvideo"}, {"mpeg2video", "mpegvideo"}, {"yuv4mpegpipe", "yuv4mpegpipe"},
    {"mxf_d10", "mxf"}, {"mxf_opatom", "mxf"},
}};

/// What is read only with a size told beside, what is no media once it is written, and what libav reads with an error at its end.
constexpr std::array<std::string_view, 4> kNotRead = {"rawvideo", "data", "ffmetadata", "mpjpeg"};

/// The muxer lets a program stream's clock begin so much earlier than what it holds (its option preload).
constexpr double kPreloadS = 0.5;

bool is_any(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

ResultNature nature_of(const AVOutputFormat& container) {
    using Packets = ResultNature::Packets;
    using Clock = ResultNature::Clock;
    using Index = ResultNature::Index;
    const std::string_view name = container.name;
    ResultNature nature;
    if (std::ranges::find(kNotRead, name) != kNotRead.end()) return nature;
    const auto other = std::ranges::find(kReaders, name, &std::pair<std::string_view, const char*>::first);
    nature.probed = name == "image2pipe";
    if (!nature.probed) nature.reader = av_find_input_format(other != kReaders.end() ? other->second : container.name);
    const bool program = is_any(name, {"mpeg", "vob", "dvd", "svcd", "vcd"});
    if (program) nature.delay_s = kPreloadS;
    if (program || is_any(name, {"mpegts", "ogg", "ogv"}) || container.flags & AVFMT_NOTIMESTAMPS) nature.packets = Packets::cut;
    const bool edits = is_mov_family(container) && name != "ismv";  // which has no list to say that a stream begins later
    if (edits || is_matroska(container) || is_any(name, {"nut", "flv"})) nature.clock = Clock::exact;
    if (program || name == "mpegts") nature.clock = Clock::wraps;
    if (is_mov_family(container) || name == "avi") nature.index = Index::samples;
    if (is_matroska(container)) nature.index = Index::cues;
    if (name == "nut") nature.index = Index::nut;
    if (name == "asf") nature.index = Index::asf;
    if (name == "mxf") nature.index = Index::mxf;
    nature.jumps = is_mov_family(container) || is_matroska(container) || name == "mxf";
    return nature;
}

}  // namespace invisiblur::av
