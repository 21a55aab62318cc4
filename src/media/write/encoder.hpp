#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/libav/format_converter.hpp"
#include "media/libav/log_listener.hpp"
#include "media/libav/timestamp_map.hpp"
#include "media/read/reader.hpp"
#include "media/write/encoder_table.hpp"

namespace invisiblur::av {

/// Encodes one video stream as its source was: codec, pixel format, colour, sample aspect, fields and timestamps.
/// Units:   packets in the source stream's time base.
/// What it returns is counted: an encoder that loses a picture is an error at the end.
/// Errors:  std::invalid_argument that names a wrong option; std::runtime_error or std::system_error otherwise. Destroy only.
/// Order:   send(), receive() until it gives nothing, again; finish(), receive().
/// Threads: one thread at a time; encodes with several of its own.
class Encoder {
public:
    /// In: container, what the packets are for, null for a picture beside the video.
    Encoder(const EncoderChoice& choice, const AVStream& source, const VideoStream& video, const Options& options,
            const AVOutputFormat* container);
    ~Encoder();
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;

    const AVCodecContext& context() const { return *codec_; }

    /// What becomes of the source's codec where nobody writes it, and what the encoder's pixel format cannot keep, as sentences.
    const std::vector<std::string>& losses() const { return losses_; }

    void send(FramePtr frame);
    void finish();
    std::optional<PacketPtr> receive();

private:
    void describe_picture(const EncoderChoice& choice, const AVStream& source, const VideoStream& video);
    void describe_fields(const AVStream& source, const VideoStream& video);
    void set_clock(const EncoderChoice& choice, const VideoStream& video, const AVOutputFormat* container);
    void set_quality(const EncoderChoice& choice, const AVStream& source, const VideoStream& video, const Options& options);
    void set_low_delay(const VideoStream& video);
    void set_options(const Options& options);
    void set(const std::string& key, const std::string& value, const std::string& option);
    void check_count() const;
    void repeat_picture(AVPacket& packet) const;
    void fail(int code, const std::string& what) const;

    std::string name_;
    std::vector<std::string> losses_;
    std::map<std::string, std::string> told_;  ///< the options that were set
    bool without_captions_;  ///< words that must go could stand in them
    std::map<std::int64_t, std::vector<std::uint8_t>> captions_;  ///< by pts, until their packet comes
    std::int64_t sent_ = 0;      ///< frames
    std::int64_t received_ = 0;  ///< packets
    bool drained_ = false;
    LogListener log_;
    CodecPtr codec_;
    std::unique_ptr<FormatConverter> converter_;
    std::optional<TimestampMap> times_;
};

}  // namespace invisiblur::av
