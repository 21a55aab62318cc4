#pragma once
#include <cstdint>
#include <deque>
#include <optional>

#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// When the samples of a track are heard. Containers round the times of packets, each for itself; what follows within that rounding follows on.
/// Units: seconds from the file's time zero.
class SoundClock {
public:
    explicit SoundClock(AVRational time_base);

    /// The time of a run's first sample, by its pts and by what came before; pts may be AV_NOPTS_VALUE.
    double place(std::int64_t pts, double lasts_s);

private:
    AVRational time_base_;
    double tolerance_s_;
    std::optional<double> next_s_;
};

/// Some samples out of a track.
/// Units: index counts the track's samples from 0 at its first rate, without the gaps in its clock; pts in the stream's time base.
struct DecodedSound {
    FramePtr frame;
    std::int64_t index = 0;
    std::int64_t pts = 0;
    double start_s = 0;
};

/// Decodes a track of sound. What cannot be decoded is silence of the same length.
/// Order:   send(), receive() until it gives nothing, again; finish(), receive().
/// Errors:  std::runtime_error where there is no decoder, or with `strict` where a packet is broken.
/// Threads: one thread at a time.
class SoundDecoder {
public:
    SoundDecoder(const AVStream& source, bool strict);

    void send(const AVPacket& packet);
    void finish();
    std::optional<DecodedSound> receive();

    /// Of what `index` counts, known with the first samples.
    int rate() const { return rate_; }

    /// Packets that were silence in place of what could not be decoded.
    std::int64_t broken() const { return broken_; }

private:
    void drain();
    void add(FramePtr frame, std::int64_t pts);
    void add_silence(const AVPacket& packet);

    int stream_;
    bool strict_;
    AVRational time_base_;
    CodecPtr codec_;
    SoundClock clock_;
    std::deque<DecodedSound> ready_;
    std::int64_t samples_ = 0, next_pts_ = 0, broken_ = 0;
    int rate_ = 0, last_count_ = 0;
};

}  // namespace invisiblur::av
