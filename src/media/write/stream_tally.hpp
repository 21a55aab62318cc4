#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "invisiblur/transcode.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// What is counted of one stream's packets, on their way into a muxer and when its file is read again.
/// Units:   times in `time_base`.
struct StreamTally {
    AVMediaType kind = AVMEDIA_TYPE_UNKNOWN;
    AVCodecID codec = AV_CODEC_ID_NONE;
    AVRational time_base{0, 1};
    bool attached = false;     ///< a cover or an attached file, not a run of packets
    std::int64_t packets = 0;  ///< without empty ones, which some containers add and others leave out
    std::int64_t bytes = 0;
    std::int64_t damaged = 0;  ///< packets that are not whole
    std::int64_t keys = 0;     ///< packets with which decoding can begin
    std::int64_t keys_before_zero = 0;  ///< those of them that are shown before time 0
    bool timed = true;         ///< every packet has a time of presentation
    std::vector<std::int64_t> times;         ///< of presentation, in the packets' order
    std::int64_t least = 0;                  ///< the earliest time below zero, of presentation or decoding; else 0
    std::int64_t last_key = AV_NOPTS_VALUE;  ///< time of the last of `keys`, of decoding where that of presentation is not told

    void note(const AVPacket& packet);
    /// All but the last one of `times`.
    void forget_times();
};

/// A tally without packets.
StreamTally tally_of(const AVStream& stream);

/// A packet's time of presentation, else of decoding, else AV_NOPTS_VALUE.
std::int64_t time_of(const AVPacket& packet);

/// How pictures were encoded.
struct EncodedPicture {
    int width = 0;
    int height = 0;
    AVPixelFormat format = AV_PIX_FMT_NONE;
};

/// One stream as a muxer got it.
struct SentStream {
    StreamTally tally;
    std::optional<EncodedPicture> picture;  ///< of a video
    bool ends_early = false;                ///< the muxer refused a packet, and the stream was left out from there
};

/// All that a muxer got, in the order of its streams.
struct SentRecord {
    const AVOutputFormat* container = nullptr;
    std::vector<SentStream> streams;
    std::vector<SoundReport> sound;    ///< known when it has finished
    std::int64_t texts_cleaned = 0;    ///< the same
    std::int64_t file_bytes = 0;  ///< what the muxer made of it; known when it has finished
};

}  // namespace invisiblur::av
