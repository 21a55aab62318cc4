#pragma once
#include "media/libav/handles.hpp"

extern "C" {
#include <libavutil/samplefmt.h>
}

namespace invisiblur::av {

/// A frame of so many samples, with room for them where there are any.
/// Owns:   the caller.
/// Errors: std::system_error where there is no memory.
inline FramePtr make_sound(AVSampleFormat format, const AVChannelLayout& layout, int rate, int samples) {
    FramePtr frame = make_frame();
    frame->format = format;
    frame->sample_rate = rate;
    frame->nb_samples = samples;
    check(av_channel_layout_copy(&frame->ch_layout, &layout), "cannot set a sound's channels");
    if (samples > 0) check(av_frame_get_buffer(frame.get(), 0), "cannot allocate sound");
    return frame;
}

/// The same, silent. In: samples, at least 1.
inline FramePtr make_silence(AVSampleFormat format, const AVChannelLayout& layout, int rate, int samples) {
    FramePtr frame = make_sound(format, layout, rate, samples);
    check(av_samples_set_silence(frame->extended_data, 0, samples, layout.nb_channels, format), "cannot make silence");
    return frame;
}

}  // namespace invisiblur::av
