#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "media/libav/handles.hpp"
#include "media/sound/sound_plan.hpp"
#include "media/sound/voice_disguise.hpp"

namespace invisiblur::av {

/// One track of sound on its way from the source's packets to the result's.
/// Units:   packets in the source stream's time base, in and out.
/// Order:   send(), receive() until it gives nothing, again; finish(), receive().
/// Errors:  std::runtime_error.
/// Threads: one thread at a time.
class SoundTrack {
public:
    virtual ~SoundTrack() = default;

    virtual void send(PacketPtr packet) = 0;
    virtual void finish() = 0;
    std::optional<PacketPtr> receive() {
        if (ready_.empty()) return std::nullopt;
        PacketPtr packet = std::move(ready_.front());
        ready_.pop_front();
        return packet;
    }

    /// Describes what comes out, from what the source's stream says of itself.
    virtual void describe(AVCodecParameters& parameters) const = 0;

    /// The source's codec where another stands for it; else "".
    virtual std::string instead_of() const { return ""; }
    /// Packets that are the source's, bit for bit.
    virtual std::int64_t copied() const { return 0; }
    virtual std::int64_t broken() const { return 0; }

protected:
    std::deque<PacketPtr> ready_;  ///< what comes out next
};

/// All of the track is decoded, changed and encoded anew.
/// Method:  each packet that the encoder makes gets the source's time of the sample with which it begins, so that the source's clock stays with its gaps; in a
///          container that cannot trim what an encoder puts before its first sample, that is left out and packets begin where the source's did.
std::unique_ptr<SoundTrack> make_encoded_track(const AVStream& source, const AVOutputFormat& container, const SoundPlan& plan, const VoiceShape& shape, bool strict);

/// Only packets that reach into a span, or into the fades beside it, are made anew, and all others are copied: for PCM and FLAC, whose packets stand alone. Null for
/// other codecs, and where the voice is disguised.
std::unique_ptr<SoundTrack> make_patched_track(const AVStream& source, const SoundPlan& plan, bool strict);

}  // namespace invisiblur::av
