#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "invisiblur/options.hpp"
#include "invisiblur/transcode.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// Which frames of a damaged video stream must not be seen: from the first damage to the next picture that stands alone and came after
/// it, since all pictures between may be built on what is broken. Pictures that are missing altogether are counted, so that blank ones
/// can stand for them.
/// Units:   pts in the stream's time base.
/// Threads: one thread at a time.
class Salvage {
public:
    Salvage(int stream, AVRational time_base, std::int64_t usual_duration) : stream_(stream), time_base_(time_base), usual_(usual_duration) {}

    /// Something is broken in or before the packet of this time.
    void hit(std::int64_t pts, const std::string& why);

    /// The same, and the packet gave no picture.
    void lose(std::int64_t pts, const std::string& why);

    /// How many blank frames belong between the last frame and this one: decoders and demuxers do not always say what they leave out, so
    /// that in a damaged stretch each hole counts.
    std::int64_t missing(std::int64_t last_pts, std::int64_t pts);

    /// How many are missing at the end.
    std::int64_t missing_at_end() { return std::exchange(lost_, 0); }

    /// Whether this frame must be blanked. Order: as frames come out of the decoder.
    bool spoils(const AVFrame& frame);

    /// A blank frame stands at this time.
    void note_blank(std::int64_t pts);

    /// What stands before the first picture that is whole is left out, for as long as a group of pictures usually is: after that it is blank.
    bool is_lead(std::int64_t pts);
    void note_lead(std::int64_t pts);

    const std::vector<DamagedStretch>& stretches() const { return stretches_; }

private:
    void note(std::int64_t pts, int blank_frames);
    double seconds(std::int64_t pts) const { return static_cast<double>(pts) * av_q2d(time_base_); }

    int stream_;
    AVRational time_base_;
    std::int64_t usual_;
    bool damaged_ = false;
    std::int64_t damaged_pts_ = AV_NOPTS_VALUE;
    std::int64_t lost_ = 0;
    std::int64_t last_blank_ = AV_NOPTS_VALUE;
    std::int64_t lead_ = AV_NOPTS_VALUE;  ///< when it began
    std::string why_;
    std::vector<DamagedStretch> stretches_;
};

/// Whether a job copies packets or relies on places in the file, so that no picture of it can be blanked or changed.
bool takes_packets_as_they_are(const Options& options);

/// Whether a job goes on where its source is damaged, which is the rule: not where it was told to be strict, nor where that is so.
bool goes_on_after_damage(const Options& options);

/// A black frame with another one's size, format, time and properties, and none of its pixels or side data.
FramePtr blank_like(const AVFrame& frame, int width, int height, int format);

}  // namespace invisiblur::av
