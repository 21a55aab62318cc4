#pragma once
#include <vector>

#include "media/libav/handles.hpp"
#include "media/sound/sound_plan.hpp"

namespace invisiblur::av {

/// Puts silence or a tone in the place of a sound's spans, to the sample, in the sound's own sample format.
/// A span's samples take no part in what stands there. Against clicks the sound fades out before a span and in behind it, and a tone does the same within.
/// Units:   times in seconds from the file's time zero.
/// Threads: safe.
class SpanEdit {
public:
    explicit SpanEdit(std::vector<SoundSpan> spans) : spans_(std::move(spans)) {}

    /// Whether a sound of [start_s, end_s) is changed.
    bool touches(double start_s, double end_s) const;

    /// In: frame, with samples of its own (av_frame_make_writable); samples [first, end) of it are changed, of which the first is heard at start_s.
    /// Errors: std::runtime_error for a sample format that libav did not know in 2022.
    void apply(AVFrame& frame, int first, int end, double start_s) const;

    /// How long the fades last, each.
    static constexpr double kFade_s = 0.005;  // shorter ones click, and longer ones eat from the words beside

private:
    std::vector<SoundSpan> spans_;
};

/// The number of the first sample at or behind a time: samples follow each other at `rate`, and sample 0 is heard at start_s.
std::int64_t first_sample_at(double time_s, double start_s, int rate);

}  // namespace invisiblur::av
