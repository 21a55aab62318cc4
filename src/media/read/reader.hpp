#pragma once
#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "media/libav/frame_filter.hpp"
#include "media/libav/stream_clock.hpp"
#include "media/read/input.hpp"
#include "media/read/video_decoder.hpp"

namespace invisiblur::av {

/// What is known of a video stream once its first frame is decoded.
/// Units: frames_total is an estimate, 0 where unknown.
struct VideoStream {
    int index = 0;                 ///< in the container
    StreamShape shape;
    AVRational time_base{};
    AVRational frame_rate{};       ///< 0/1 where unknown
    std::int64_t frames_total = 0;
    bool live = false;             ///< is_live(): what is made of it is waited for
    bool filtered = false;         ///< by the user's filters: sample_aspect is theirs, and the first frame tells the fields
    AVRational sample_aspect{0, 1};
    FramePtr first;                ///< a reference to the first frame; properties without pixels where it comes late
};

/// One thing out of a container: a decoded frame of a video stream, or a packet. One of the two is null.
struct ReadItem {
    int stream = -1;
    FramePtr frame;
    PacketPtr packet;
    bool undecoded = false;  ///< a packet of a video stream of which no frame will come
};

/// Packets [first, end) of a video stream, in the order of the file.
struct PacketRange {
    std::size_t first = 0, end = 0;
};

/// What a video stream is after a filter; `filter` is set up where it was not yet.
VideoStream described(const VideoStream& video, FrameFilter& filter);

/// Demuxes a container, decodes all its video streams (attached pictures apart), sends them through options.vf and hands out the other
/// packets as they are. A file is searched for the first picture of a track that shows none early; of a pipe only the beginning is known,
/// and a track that comes later in it, and of which its header tells too little, is an error.
/// Errors:  one sentence with the time: broken packets, broken pictures, a file that is cut off, a frame size that changes.
///          Destroy only after that. Cancelled where the flag was set.
/// Threads: one thread at a time.
class Reader {
public:
    enum class Streams { all, video_only };
    /// Whether the packets of video streams are handed out too, each before the frames that come of it.
    enum class Coded { no, yes };

    /// What becomes of frames of another size than the first: they are made like it, or as options.size says; the same, but a SizeChange where it
    /// says nothing; or they come as they are.
    enum class Sizes { first, ask, any };

    Reader(const std::string& path, const Options& options, const std::atomic<bool>& cancel, Streams streams, Coded coded = Coded::no,
           Sizes sizes = Sizes::first);

    AVFormatContext& container() const { return input_.context(); }
    const std::vector<VideoStream>& videos() const { return videos_; }

    /// Tracks of video that hold no picture, by index in the container. They are none of videos(), and nothing is handed out of them.
    const std::vector<int>& without_pictures() const { return without_pictures_; }

    /// The place of a container's stream in videos(), nothing where it is none.
    std::optional<std::size_t> video_of(int stream) const;

    /// Hands out these packets only as packets: what they show is not wanted. Each range must end where decoding can begin anew.
    /// In: for each of videos(), in order. Order: before the first next(); without filters.
    void leave_undecoded(std::vector<std::vector<PacketRange>> ranges);

    /// What was blanked or left out so far, where the job goes on after damage.
    std::vector<DamagedStretch> damage() const;

    /// How far a file goes that is shorter than its headers say, as a sentence; "" for others. Order: at the end.
    std::string why_short() const;

    /// How often a stream's clock jumped back so far; times go on without the jump.
    int clock_jumps() const { return clock_jumps_; }

    /// As Input::wait() and Input::disconnect().
    void wait(double seconds) { input_.wait(seconds); }
    void disconnect() { input_.disconnect(); }

    /// Nothing at the end of the file, when all decoders are drained.
    std::optional<ReadItem> next();

private:
    void open_streams(const Options& options, Streams streams, Sizes sizes);
    void look_ahead();
    void find_late_pictures(const std::string& path, const Options& options);
    void leave_out(std::size_t video);
    [[noreturn]] void refuse_late(int stream) const;
    void describe(VideoStream& video, const AVFrame* first);
    bool step();
    bool wants_more() const;
    bool leaves_others();
    void note_others_left();
    void read_packet_end(int code);
    std::string why_ended(int code) const;
    bool breaks(const AVPacket& packet, const AVStream& stream);
    void note_damage(int stream, const std::string& why);
    bool leaves_rest() const;
    void take(PacketPtr packet);
    void take_video(std::size_t video, const AVPacket& packet);
    bool is_undecoded(std::size_t video, std::size_t packet) const;
    void decode_or_hold(std::size_t video, PacketPtr packet);
    void mark_held_broken();
    void decode(std::size_t video, const AVPacket* packet);
    void deliver(std::size_t video, FramePtr frame);

    const std::atomic<bool>& cancel_;
    Coded coded_;
    Streams streams_;
    Input input_;
    std::vector<VideoStream> videos_;
    std::vector<std::unique_ptr<VideoDecoder>> decoders_;
    std::vector<std::vector<PacketRange>> undecoded_;  ///< none, or for each video
    std::vector<std::size_t> packets_;                 ///< of each video, so far
    std::vector<bool> resting_;                        ///< decoders that were drained because nothing is wanted of them
    std::vector<std::unique_ptr<FrameFilter>> filters_;  ///< one for each video, or none
    std::deque<ReadItem> ready_;
    double position_s_ = 0;
    StreamClock clock_;
    int clock_jumps_ = 0;
    int errors_at_start_ = 0;
    bool salvage_;
    bool url_;
    bool keeps_rest_;  ///< what came before a connection or a disk failed is wanted
    std::vector<int> without_pictures_;
    bool knows_all_ = false;       ///< what comes in the whole input, not only in its beginning
    std::vector<PacketPtr> held_;  ///< where it goes on, the last packet of each video: what is found broken behind it may reach into it
    std::vector<DamagedStretch> damage_;  ///< of the file and of copied streams
    std::set<int> cut_;            ///< copied streams of which the end is broken
    bool last_is_broken_ = false;  ///< the packet that was read last
    bool cut_off_ = false;         ///< the file
    std::int64_t last_end_ = 0;    ///< the place behind the last packet of a video
    bool left_others_ = false;     ///< of streams that are not video no more is read
    bool ended_ = false;
};

/// True for a stream that carries pictures beside the video, such as an album cover.
bool is_attached_picture(const AVStream& stream);

}  // namespace invisiblur::av
