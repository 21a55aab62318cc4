#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "invisiblur/options.hpp"
#include "media/bitstream/nal_units.hpp"
#include "media/libav/log_listener.hpp"
#include "media/write/container.hpp"
#include "media/write/muxer_settings.hpp"
#include "media/write/output_file.hpp"
#include "media/write/stream_tally.hpp"
#include "media/sound/stream_edits.hpp"

namespace invisiblur::av {

/// A picture beside the video, such as an album cover, already without faces.
struct Cover {
    int source = 0;  ///< stream index in the source
    ParametersPtr parameters;
    PacketPtr packet;
};

/// A stream that was encoded anew, in whole or in parts.
struct EncodedStream {
    int source = 0;
    const AVCodecContext* codec = nullptr;
    AVRational time_base{0, 1};   ///< of its packets, where filters changed it; 0: the source's
    AVRational frame_rate{0, 1};  ///< the same
    const Bytes* joined_extradata = nullptr;  ///< where packets of the source are among those encoded anew: for both
};

using Warn = std::function<void(const std::string&)>;

/// Muxes the encoded videos, changes sound and texts as a plan says, and copies all else of the source: streams, chapters, metadata, covers, attachments.
/// Timestamps stay as the source has them. A copied stream of which the muxer refuses a packet is left out from there, with a warning, but for
/// options.strict.
/// Units:   packets come in their source stream's time base.
/// What the container cannot hold is left out; find_losses() says it before.
/// Errors:  std::runtime_error.
/// Order:   the constructor writes the header; write(), finish(), and then the file can be committed.
/// Threads: one thread at a time.
class Writer {
public:
    /// In:   warn, told here and while packets are written.
    /// Owns: borrows file and source; both must outlive it. Copies what it needs of the plan.
    Writer(OutputFile& file, const AVOutputFormat& container, const AVFormatContext& source, const std::vector<EncodedStream>& videos,
           std::vector<Cover> covers, const FileLayout& layout, const SoundPlan& sound, const Options& options, const Warn& warn);
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Packets of streams that were left out are dropped.
    void write(int source_stream, PacketPtr packet);
    void finish();

    /// What went to the muxer, for check_result().
    const SentRecord& sent() const { return sent_; }

private:
    void add_streams(const std::vector<EncodedStream>& videos, const std::vector<Cover>& covers, const Options& options, const Warn& warn);
    void add_video(const AVStream& source, const EncodedStream& video);
    static void describe(AVCodecParameters& par, const AVStream& source, const EncodedStream& video);
    void add_cover(const AVStream& source, const Cover& cover);
    void add_copy(const AVStream& source, const Options& options, const Warn& warn);
    void copy_chapters();
    void copy_programs();
    bool keeps_programs() const;
    void prepare_live();
    void write_header(const FileLayout& layout);
    void begin_record(const std::vector<EncodedStream>& videos);
    void set_last_delay(const AVPacket& packet, AVRational time_base);
    void keep_rising(AVPacket& packet, const AVStream& stream);
    void fail(int code) const;
    void note_edits();
    void place(int source_stream, PacketPtr packet);
    void place_sound(int source_stream, SoundTrack& track);
    void hand_over(int stream, AVPacket& packet);
    void leave_out_refused(int code);
    void end_early(int stream);

    OutputFile& file_;
    const AVFormatContext& source_;
    const bool strict_;
    const Warn warn_;
    StreamEdits edits_;
    SentRecord sent_;
    std::vector<std::int64_t> given_;  ///< packets, empty ones too, by the output's index
    LogListener log_;
    OutputPtr context_;
    std::map<int, AVRational> clocks_;  ///< source stream -> time base of its packets, where that is not the source's
    std::map<int, std::int64_t> last_dts_;  ///< of copied streams, by the output's index
    std::map<int, int> placed_;  ///< source stream -> output stream
};

}  // namespace invisiblur::av
