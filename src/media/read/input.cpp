#include "media/read/input.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <vector>

#include "media/libav/colour_tags.hpp"
#include "media/libav/live_address.hpp"
#include "media/libav/live_opening.hpp"
#include "media/libav/protocols.hpp"
#include "media/read/salvage.hpp"

namespace invisiblur::av {
namespace {

constexpr int kLibavStreams = 1000;
constexpr double kConnect_s = 15;  ///< a camera that has just been switched on takes some seconds

/// Says what is wrong with a file before libav says it less clearly.
void check_file(const std::string& path) {
    struct stat facts {};
    if (stat(path.c_str(), &facts) != 0) throw std::runtime_error(fmt::format("cannot open {}: {}", path, std::strerror(errno)));
    if (S_ISDIR(facts.st_mode)) throw std::runtime_error(fmt::format("cannot open {}: it is a folder, not a video", path));
    if (access(path.c_str(), R_OK) != 0) throw std::runtime_error(fmt::format("cannot open {}: {}", path, std::strerror(errno)));
    if (S_ISREG(facts.st_mode) && facts.st_size == 0) throw std::runtime_error(fmt::format("{} is empty (0 bytes)", path));
}

/// A live source that is called. One that calls us (?listen=1, ?mode=listener) takes its time, as does a file at an address.
bool calls(const std::string& path) {
    return is_live_source(path) && has_connection(path) && path.find("listen") == std::string::npos;
}

[[noreturn]] void refuse_playlist(const std::string& path) {
    throw std::runtime_error(fmt::format("{} is a playlist: what it names is opened only with --protocols, such as --protocols file for local files", path));
}

double end_of(const AVPacket& packet, const AVStream& stream) {
    const std::int64_t pts = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
    if (pts == AV_NOPTS_VALUE) return 0;
    return static_cast<double>(pts + packet.duration) * av_q2d(stream.time_base);
}

}  // namespace

bool is_regular_file(const std::string& path) {
    struct stat facts {};
    return stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
}

std::string clock_text(double seconds) {
    const auto ms = std::llround(std::abs(seconds) * 1000);
    return fmt::format("{}{}:{:02}:{:02}.{:03}", seconds < 0 ? "-" : "", ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

Input::Input(const std::string& path, const Options& options, const std::atomic<bool>& cancel)
    : name_(path == "-" ? "standard input" : path), cancel_(cancel), patience_(&cancel) {
    const bool url = path != "-" && is_url(path);
    const std::string local = local_path(path);
    if (path != "-" && !url) check_file(local);
    if (!url && is_regular_file(local)) shortfall_ = find_shortfall(local);
    const bool cut = shortfall_.has_value();
    try {
        open(path, options);
    } catch (const std::exception&) {
        if (cut && !cancel_) report_cut();
        if (!url && !cancel_ && names_other_files(local)) refuse_playlist(local);
        throw;
    }
    if (cut && !goes_on_after_damage(options)) report_cut();
    check_streams(options);
}

void Input::open(const std::string& path, const Options& options) {
    context_.reset(not_null(avformat_alloc_context()));
    log_.listen(*context_);
    context_->interrupt_callback = patience_.callback();
    context_->max_streams = std::max(kLibavStreams, options.max_streams + 1);
    if (path == "-") {
        pipe_ = std::make_unique<PipeSource>(STDIN_FILENO, cancel_);
        context_->pb = pipe_->io();
    }
    const bool device = is_video_device(path);
    const bool url = path == "-" || is_url(path);
    if (!url && !device) {
        file_ = std::make_unique<FileSource>(local_path(path), cancel_);
        context_->pb = file_->io();
    }
    const AVInputFormat* const reader = device ? &device_reader(path) : nullptr;
    if (calls(path)) patience_.begin(kConnect_s);
    AVDictionary* raw = live_input_settings(path).release();
    const std::string allowed = allowed_protocols(path, options.protocols);
    av_dict_set(&raw, "protocol_whitelist", allowed.c_str(), 0);
    av_dict_set(&raw, "export_xmp", "1", 0);  // it is told to the user, not copied; demuxers without it leave the word alone
    AVFormatContext* context = context_.release();  // libav frees it when it fails
    const int code = avformat_open_input(&context, url || device ? path.c_str() : ("file:" + local_path(path)).c_str(), reader, &raw);
    av_dict_free(&raw);
    context_.reset(context);
    if (code < 0) explain_failure(code, options);
    check_pixels(options);  // libav forgets a size that is too large for it
    find_streams(options);
    patience_.begin(0);
    if (cancel_) throw Cancelled("stopped");
}

/// A demuxer that opened its connection itself (rtsp) keeps the dead one until the end, which is in nobody's way.
void Input::disconnect() {
    if (!pipe_ && !file_ && !(context_->iformat->flags & AVFMT_NOFILE)) avio_closep(&context_->pb);
}

/// Decodes some pictures to know them, none larger than allowed.
void Input::find_streams(const Options& options) {
    std::vector<AVDictionary*> limits(context_->nb_streams, nullptr);
    for (AVDictionary*& limit : limits) av_dict_set_int(&limit, "max_pixels", options.max_pixels, 0);
    const int code = avformat_find_stream_info(context_.get(), limits.empty() ? nullptr : limits.data());
    for (AVDictionary*& limit : limits) av_dict_free(&limit);
    check(code, "cannot find the streams of " + name_);
    for (unsigned i = 0; i < context_->nb_streams; ++i) forget_unknown_colours(*context_->streams[i]->codecpar);
}

void Input::explain_failure(int code, const Options& options) const {
    if (cancel_) throw Cancelled("stopped");
    if (log_.contains("max_streams parameter"))
        throw std::runtime_error(fmt::format("{} has more streams than --max-streams {} allows", name_, options.max_streams));
    const std::string reason = log_.last();
    if (code == AVERROR_INVALIDDATA && log_.contains("moov atom not found"))
        throw std::runtime_error(name_ + " is cut off: its table of contents (moov) is missing; take a whole copy");
    if (code == AVERROR_INVALIDDATA || code == AVERROR_EOF || code == AVERROR(ENOMEM))
        throw std::runtime_error(name_ + " is not a media file that can be read" + (reason.empty() ? "" : " (" + reason + ")"));
    check(code, "cannot open " + name_);
}

/// Covers count, too: they are decoded like all else.
void Input::check_pixels(const Options& options) const {
    for (unsigned i = 0; i < context_->nb_streams; ++i) {
        const AVCodecParameters& par = *context_->streams[i]->codecpar;
        if (par.codec_type == AVMEDIA_TYPE_VIDEO && std::int64_t(par.width) * par.height > options.max_pixels)
            throw std::runtime_error(fmt::format("stream {} of {} has {}x{} pixels, more than --max-pixels {} allows", i, name_, par.width,
                                                 par.height, options.max_pixels));
    }
}

void Input::check_streams(const Options& options) const {
    const auto count = static_cast<int>(context_->nb_streams);
    if (count > options.max_streams)
        throw std::runtime_error(fmt::format("{} has {} streams, more than --max-streams {} allows", name_, count, options.max_streams));
    check_pixels(options);
    bool video = false, audio = false;
    for (int i = 0; i < count; ++i) {
        const AVMediaType type = context_->streams[i]->codecpar->codec_type;
        audio |= type == AVMEDIA_TYPE_AUDIO;
        video |= type == AVMEDIA_TYPE_VIDEO && !(context_->streams[i]->disposition & AV_DISPOSITION_ATTACHED_PIC);
    }
    if (!video) throw std::runtime_error(name_ + (audio ? " has sound but no video" : " has no video stream"));
}

/// Reads on to the end, without decoding, to say how far the file goes.
void Input::report_cut() {
    const Shortfall lack = shortfall_.value_or(Shortfall{});
    double end_s = 0;
    if (context_ && context_->nb_streams > 0) {
        const PacketPtr packet = make_packet();
        while (av_read_frame(context_.get(), packet.get()) >= 0) {
            end_s = std::max(end_s, end_of(*packet, *context_->streams[packet->stream_index]));
            av_packet_unref(packet.get());
        }
    }
    if (cancel_) throw Cancelled("stopped");
    const std::string far = end_s > 0 ? " at " + clock_text(end_s) : "";
    throw std::runtime_error(fmt::format("{} is cut off{}: {}; take a whole copy", name_, far, lack.text()));
}

}  // namespace invisiblur::av
