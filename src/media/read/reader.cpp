#include "media/read/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "media/libav/compat.hpp"
#include "media/libav/live_address.hpp"
#include "media/libav/protocols.hpp"
#include "media/read/first_pictures.hpp"

extern "C" {
#include <libavutil/display.h>
}

namespace invisiblur::av {
namespace {

constexpr std::size_t kLookAheadFrames = 24;
constexpr std::size_t kLookAheadPackets = 4000;

/// Clockwise degrees that turn the stored picture upright.
int rotation_of(const AVStream& stream) {
    for (const AVPacketSideData& data : side_data(stream)) {
        if (data.type != AV_PKT_DATA_DISPLAYMATRIX || data.size < 9 * sizeof(std::int32_t)) continue;
        const double counter_clockwise = av_display_rotation_get(reinterpret_cast<const std::int32_t*>(data.data));
        if (std::isnan(counter_clockwise)) return 0;
        const int quarters = static_cast<int>(std::lround(-counter_clockwise / 90));
        return ((quarters % 4 + 4) % 4) * 90;
    }
    return 0;
}

std::int64_t count_frames(const AVFormatContext& container, const AVStream& stream, AVRational rate) {
    if (stream.nb_frames > 0) return stream.nb_frames;
    if (container.duration <= 0 || rate.num <= 0) return 0;
    return av_rescale_q(container.duration, {1, AV_TIME_BASE}, av_inv_q(rate));
}

/// What the container says, for a stream whose first frame comes late.
FramePtr frame_like(const AVCodecParameters& par) {
    FramePtr frame = make_frame();
    frame->format = native_format(static_cast<AVPixelFormat>(par.format));
    frame->width = par.width;
    frame->height = par.height;
    frame->color_range = par.color_range;
    frame->color_primaries = par.color_primaries;
    frame->color_trc = par.color_trc;
    frame->colorspace = par.color_space;
    frame->chroma_location = par.chroma_location;
    frame->sample_aspect_ratio = par.sample_aspect_ratio;
    return frame;
}

/// Whether a header alone tells enough to make an encoder.
bool tells_picture(const AVCodecParameters& par) {
    return native_format(static_cast<AVPixelFormat>(par.format)) != AV_PIX_FMT_NONE && par.width > 0 && par.height > 0;
}

/// What a filter graph makes of frames like this one, as far as it is known before one came out.
FramePtr frame_like(const FrameFilter& filter, const AVFrame& before) {
    FramePtr frame = make_frame();
    check(av_frame_copy_props(frame.get(), &before), "cannot copy a frame's properties");
    const FilteredVideo& after = filter.output();
    frame->format = after.format;
    frame->width = after.width;
    frame->height = after.height;
    return frame;
}

}  // namespace

VideoStream described(const VideoStream& video, FrameFilter& filter) {
    filter.set_up(*video.first);
    const FilteredVideo& after = filter.output();
    VideoStream made;
    made.index = video.index;
    made.shape = video.shape;
    made.time_base = after.time_base;
    made.frame_rate = after.frame_rate;
    made.frames_total = video.frames_total;
    if (video.frame_rate.num > 0 && after.frame_rate.num > 0)
        made.frames_total = av_rescale_q(made.frames_total, after.frame_rate, video.frame_rate);
    made.live = video.live;
    made.filtered = true;
    made.sample_aspect = after.sample_aspect;
    const bool same = video.first->width == after.width && video.first->height == after.height && video.first->format == after.format;
    made.first = same && video.first->data[0] ? make_frame_reference(*video.first) : frame_like(filter, *video.first);
    made.shape.width = after.width;
    made.shape.height = after.height;
    made.shape.time_base_num = after.time_base.num;
    made.shape.time_base_den = after.time_base.den;
    made.shape.frame_rate = after.frame_rate.num > 0 ? av_q2d(after.frame_rate) : 0;
    return made;
}

bool is_attached_picture(const AVStream& stream) {
    return stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && stream.disposition & AV_DISPOSITION_ATTACHED_PIC;
}

Reader::Reader(const std::string& path, const Options& options, const std::atomic<bool>& cancel, Streams streams, Coded coded, Sizes sizes)
    : cancel_(cancel), coded_(coded), streams_(streams), input_(path, options, cancel), salvage_(goes_on_after_damage(options)),
      url_(path != "-" && is_url(path)), keeps_rest_(options.salvage) {
    errors_at_start_ = input_.log().errors();
    open_streams(options, streams, sizes);
    for (VideoStream& video : videos_) video.live = is_live(path, options);
    look_ahead();
    find_late_pictures(path, options);
    if (videos_.empty()) throw std::runtime_error(input_.name() + " has no video frame");
    for (std::size_t i = 0; i < videos_.size(); ++i) {
        describe(videos_[i], videos_[i].first.get());
        if (!filters_.empty()) videos_[i] = described(videos_[i], *filters_[i]);
    }
}

void Reader::open_streams(const Options& options, Streams streams, Sizes sizes) {
    AVFormatContext& container = input_.context();
    for (unsigned i = 0; i < container.nb_streams; ++i) {
        AVStream& stream = *container.streams[i];
        const bool video = stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !is_attached_picture(stream);
        // Where the job goes on after damage, all that reads this file must meet the same damage, that of other streams too.
        if (!video && streams == Streams::video_only && !salvage_) stream.discard = AVDISCARD_ALL;
        if (!video) continue;
        VideoStream facts;
        facts.index = static_cast<int>(i);
        facts.time_base = stream.time_base;
        facts.frame_rate = av_guess_frame_rate(&container, &stream, nullptr);
        facts.frames_total = count_frames(container, stream, facts.frame_rate);
        if (!options.vf.empty()) filters_.push_back(std::make_unique<FrameFilter>("--vf", options.vf, facts.time_base, facts.frame_rate, options.threads));
        decoders_.push_back(std::make_unique<VideoDecoder>(stream, facts.frame_rate, options, input_.name()));
        if (!options.vf.empty() || sizes == Sizes::any) decoders_.back()->allow_changes();
        if (sizes == Sizes::ask) decoders_.back()->ask_for_size();
        videos_.push_back(std::move(facts));
        packets_.push_back(0);
        resting_.push_back(false);
    }
}

/// Reads until each video stream has shown its first frame, which tells more than the container does.
void Reader::look_ahead() {
    std::size_t frames = 0;
    const auto all_shown = [&] { return std::all_of(videos_.begin(), videos_.end(), [](const VideoStream& v) { return v.first != nullptr; }); };
    for (std::size_t seen = 0; !all_shown() && frames < kLookAheadFrames && ready_.size() < kLookAheadPackets;) {
        const bool more = step();
        for (; seen < ready_.size(); ++seen) {
            if (!ready_[seen].frame) continue;
            VideoStream& video = videos_[*video_of(ready_[seen].stream)];
            if (!video.first) video.first = make_frame_reference(*ready_[seen].frame);
            ++frames;
        }
        if (!more) break;
    }
    if (ended_ && frames == 0) throw std::runtime_error(input_.name() + " has no video frame");
}

/// What a track shows must be known before anything is written, and only a file can be searched for it.
void Reader::find_late_pictures(const std::string& path, const Options& options) {
    std::vector<int> late;
    for (const VideoStream& video : videos_)
        if (!video.first) late.push_back(video.index);
    if (late.empty()) return;
    const bool file = path != "-" && !is_url(path) && is_regular_file(local_path(path));
    knows_all_ = file || ended_;
    auto found = file ? find_first_pictures(path, late, options, cancel_) : std::map<int, FramePtr>{};
    for (std::size_t i = videos_.size(); i-- > 0;) {
        VideoStream& video = videos_[i];
        if (found.contains(video.index)) video.first = std::move(found[video.index]);
        const bool may_come = !knows_all_ && tells_picture(*input_.context().streams[video.index]->codecpar);
        if (!video.first && !may_come) leave_out(i);
    }
}

void Reader::leave_out(std::size_t video) {
    const int stream = videos_[video].index;
    const bool holds_whole_packet = video < held_.size() && held_[video] && !(held_[video]->flags & AV_PKT_FLAG_CORRUPT);
    if (holds_whole_packet && !knows_all_) refuse_late(stream);
    std::ranges::copy(decoders_[video]->damage(), std::back_inserter(damage_));
    without_pictures_.insert(without_pictures_.begin(), stream);
    std::erase_if(ready_, [&](const ReadItem& item) { return item.stream == stream; });
    const auto remove = [&](auto& parts) {
        if (video < parts.size()) parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(video));
    };
    remove(videos_);
    remove(decoders_);
    remove(filters_);
    remove(packets_);
    remove(resting_);
    remove(held_);
}

void Reader::refuse_late(int stream) const {
    throw std::runtime_error(fmt::format("stream {} of {} begins only at {}, and its header does not tell what its pictures are like: save it as a file and give that",
                                         stream, input_.name(), clock_text(position_s_)));
}

void Reader::describe(VideoStream& video, const AVFrame* first) {
    const AVStream& stream = *input_.context().streams[video.index];
    if (!first) video.first = frame_like(*stream.codecpar);
    video.first->sample_aspect_ratio = av_guess_sample_aspect_ratio(&input_.context(), input_.context().streams[video.index], video.first.get());
    video.shape.width = video.first->width;
    video.shape.height = video.first->height;
    video.shape.rotation_degrees = rotation_of(stream);
    video.shape.time_base_num = video.time_base.num;
    video.shape.time_base_den = video.time_base.den;
    video.shape.frame_rate = video.frame_rate.num > 0 ? av_q2d(video.frame_rate) : 0;
}

std::optional<ReadItem> Reader::next() {
    while (ready_.empty() && step()) {
    }
    if (ready_.empty()) return std::nullopt;
    ReadItem item = std::move(ready_.front());
    ready_.pop_front();
    return item;
}

std::optional<std::size_t> Reader::video_of(int stream) const {
    for (std::size_t i = 0; i < videos_.size(); ++i)
        if (videos_[i].index == stream) return i;
    return std::nullopt;
}

/// Reads one packet; false at the end.
bool Reader::step() {
    if (ended_) return false;
    if (cancel_) throw Cancelled("stopped");
    if (!wants_more()) {
        ended_ = true;
        return false;
    }
    PacketPtr packet = make_packet();
    int code = av_read_frame(&input_.context(), packet.get());
    if (code < 0 && leaves_others()) {
        const int more = av_read_frame(&input_.context(), packet.get());
        if (more >= 0) note_others_left(), code = more;
    }
    if (code < 0) {
        read_packet_end(code);
        for (std::size_t i = 0; i < held_.size(); ++i) decode_or_hold(i, nullptr);
        for (std::size_t i = 0; i < decoders_.size(); ++i) decode(i, nullptr);
        ended_ = true;
        return false;
    }
    take(std::move(packet));
    return true;
}

void Reader::take(PacketPtr packet) {
    const AVStream& stream = *input_.context().streams[packet->stream_index];
    if (av_packet_get_side_data(packet.get(), AV_PKT_DATA_ENCRYPTION_INFO, nullptr))
        throw std::runtime_error(fmt::format("{} is encrypted (stream {}): take it through a program that has its key first", input_.name(), stream.index));
    const bool broken = breaks(*packet, stream);
    last_is_broken_ = broken;
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && packet->pos >= 0) last_end_ = packet->pos + packet->size;
    if (is_attached_picture(stream) || stream.discard == AVDISCARD_ALL) return;
    const bool may_jump = input_.context().iformat->flags & AVFMT_TS_DISCONT;
    if (may_jump && clock_.correct(*packet, stream)) ++clock_jumps_;
    if (packet->dts != AV_NOPTS_VALUE) position_s_ = static_cast<double>(packet->dts) * av_q2d(stream.time_base);
    if (const auto video = video_of(stream.index)) {
        salvage_ ? decode_or_hold(*video, std::move(packet)) : take_video(*video, *packet);
        return;
    }
    if (streams_ == Streams::video_only) return;
    if (broken && avio_feof(input_.context().pb) != 0) cut_.insert(stream.index);  // what a parser has left of it comes without a mark
    if (broken || cut_.contains(stream.index)) return;
    if (std::ranges::find(without_pictures_, stream.index) != without_pictures_.end()) {
        if (!knows_all_) refuse_late(stream.index);
        note_damage(stream.index, "no packet of this track gives a picture");
        return;
    }
    ready_.push_back({stream.index, nullptr, std::move(packet)});
}

void Reader::mark_held_broken() {
    for (const PacketPtr& packet : held_)
        if (packet) packet->flags |= AV_PKT_FLAG_CORRUPT;
}

/// Decodes the packet before this one, now that nothing broken came right behind it; null at the end.
void Reader::decode_or_hold(std::size_t video, PacketPtr packet) {
    held_.resize(videos_.size());
    std::swap(held_[video], packet);
    if (packet) decode(video, packet.get());
}

/// False where only frames are asked for and no later packet gives one that is wanted.
bool Reader::wants_more() const {
    if (undecoded_.empty() || coded_ == Coded::yes || streams_ == Streams::all) return true;
    for (std::size_t i = 0; i < undecoded_.size(); ++i) {
        const bool drained = !undecoded_[i].empty() && undecoded_[i].back().end == SIZE_MAX && packets_[i] > undecoded_[i].back().first;
        if (!drained) return true;
    }
    return false;
}

void Reader::leave_undecoded(std::vector<std::vector<PacketRange>> ranges) {
    undecoded_ = std::move(ranges);
}

bool Reader::is_undecoded(std::size_t video, std::size_t packet) const {
    if (undecoded_.empty()) return false;
    const std::vector<PacketRange>& ranges = undecoded_[video];
    const auto next = std::upper_bound(ranges.begin(), ranges.end(), packet, [](std::size_t p, const PacketRange& r) { return p < r.end; });
    return next != ranges.end() && packet >= next->first;
}

void Reader::take_video(std::size_t video, const AVPacket& packet) {
    const bool undecoded = is_undecoded(video, packets_[video]++);
    if (undecoded && !resting_[video]) {
        decode(video, nullptr);
        decoders_[video]->restart();
    }
    resting_[video] = undecoded;
    if (coded_ == Coded::yes) ready_.push_back({videos_[video].index, nullptr, make_packet_reference(packet), undecoded});
    if (!undecoded) decode(video, &packet);
}

void Reader::decode(std::size_t video, const AVPacket* packet) {
    decoders_[video]->send(packet);
    while (auto frame = decoders_[video]->receive()) deliver(video, std::move(*frame));
    if (!packet && !filters_.empty()) deliver(video, nullptr);
}

/// Hands on a frame, through the filter where there is one; null at the end.
void Reader::deliver(std::size_t video, FramePtr frame) {
    const int stream = videos_[video].index;
    if (filters_.empty()) {
        ready_.push_back({stream, std::move(frame), nullptr});
        return;
    }
    if (frame) frame->sample_aspect_ratio = av_guess_sample_aspect_ratio(&input_.context(), input_.context().streams[stream], frame.get());
    filters_[video]->send(std::move(frame));
    while (auto filtered = filters_[video]->receive()) ready_.push_back({stream, std::move(*filtered), nullptr});
}

}  // namespace invisiblur::av
