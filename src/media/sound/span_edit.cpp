#include "media/sound/span_edit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>

namespace invisiblur::av {
namespace {

constexpr double kTone_hz = 1000;    // as broadcasters have it
constexpr double kTone = 0.1;        // of full scale: -20 dB, a usual level for speech (EBU R 68: alignment level is -18 dBFS)

/// What becomes of one sample.
struct Change {
    float gain = 1;
    float tone = 0;  ///< of full scale, with a gain of 0
};

double raised_cosine(double share) {
    return 0.5 - 0.5 * std::cos(std::numbers::pi * std::clamp(share, 0.0, 1.0));
}

template <class Sample>
Sample changed(Sample sample, const Change& change) {
    if constexpr (std::is_floating_point_v<Sample>) {
        return change.gain == 0 ? static_cast<Sample>(change.tone) : sample * static_cast<Sample>(change.gain);
    } else {
        constexpr double kMiddle = std::is_unsigned_v<Sample> ? 128 : 0;
        const double full = static_cast<double>(std::numeric_limits<std::make_signed_t<Sample>>::max());
        if (change.gain == 0) return static_cast<Sample>(kMiddle + std::nearbyint(static_cast<double>(change.tone) * full));
        return static_cast<Sample>(kMiddle + std::trunc((static_cast<double>(sample) - kMiddle) * static_cast<double>(change.gain)));
    }
}

template <class Sample>
void change_samples(AVFrame& frame, int first, const std::vector<Change>& changes) {
    const bool planar = av_sample_fmt_is_planar(static_cast<AVSampleFormat>(frame.format)) != 0;
    const int channels = frame.ch_layout.nb_channels, planes = planar ? channels : 1, step = planar ? 1 : channels;
    for (int plane = 0; plane < planes; ++plane) {
        auto* sample = reinterpret_cast<Sample*>(frame.extended_data[plane]) + static_cast<std::ptrdiff_t>(first) * step;
        for (const Change& change : changes)
            for (int i = 0; i < step; ++i, ++sample)
                if (change.gain != 1) *sample = changed(*sample, change);
    }
}

/// In: samples from `from`, in samples behind the first of `changes`.
void add_span(std::vector<Change>& changes, const SoundSpan& span, double start_s, int rate) {
    const auto count = static_cast<std::int64_t>(changes.size());
    const auto clipped = [&](double time_s, std::int64_t more) {
        // An endless span has no number.
        if (std::abs(time_s - start_s) > 1e9) return time_s < start_s ? std::int64_t{-1} << 40 : std::int64_t{1} << 40;
        return first_sample_at(time_s, start_s, rate) + more;
    };
    const auto fade = static_cast<std::int64_t>(std::ceil(SpanEdit::kFade_s * rate));
    const std::int64_t first = clipped(span.start_s, 0), end = clipped(span.end_s, 0);
    for (std::int64_t i = std::max<std::int64_t>(0, first - fade); i < std::min(count, end + fade); ++i) {
        Change& change = changes[static_cast<std::size_t>(i)];
        const std::int64_t outside = i < first ? first - i : i - end + 1;  // 1 at the span's border
        if (i < first || i >= end) {
            change.gain = std::min(change.gain, static_cast<float>(raised_cosine(static_cast<double>(outside) / static_cast<double>(fade + 1))));
            continue;
        }
        const double inside = static_cast<double>(std::min(i - first, end - 1 - i)) / static_cast<double>(fade);
        const double time_s = start_s + static_cast<double>(i) / rate - span.start_s;
        change.gain = 0;
        change.tone = span.beep ? static_cast<float>(kTone * raised_cosine(inside) * std::sin(2 * std::numbers::pi * kTone_hz * time_s)) : 0;
    }
}

}  // namespace

std::int64_t first_sample_at(double time_s, double start_s, int rate) {
    constexpr double kRounding = 1e-6;  // of a sample: times in seconds are not exact
    return static_cast<std::int64_t>(std::ceil((time_s - start_s) * rate - kRounding));
}

bool SpanEdit::touches(double start_s, double end_s) const {
    return std::ranges::any_of(spans_, [&](const SoundSpan& span) { return span.start_s - kFade_s < end_s + kFade_s && span.end_s + kFade_s > start_s - kFade_s; });
}

void SpanEdit::apply(AVFrame& frame, int first, int end, double start_s) const {
    const int rate = frame.sample_rate;
    if (first >= end || !touches(start_s, start_s + static_cast<double>(end - first) / rate)) return;
    std::vector<Change> changes(static_cast<std::size_t>(end - first));
    for (const SoundSpan& span : spans_) add_span(changes, span, start_s, rate);
    switch (av_get_packed_sample_fmt(static_cast<AVSampleFormat>(frame.format))) {
        case AV_SAMPLE_FMT_U8: return change_samples<std::uint8_t>(frame, first, changes);
        case AV_SAMPLE_FMT_S16: return change_samples<std::int16_t>(frame, first, changes);
        case AV_SAMPLE_FMT_S32: return change_samples<std::int32_t>(frame, first, changes);
        case AV_SAMPLE_FMT_S64: return change_samples<std::int64_t>(frame, first, changes);
        case AV_SAMPLE_FMT_FLT: return change_samples<float>(frame, first, changes);
        case AV_SAMPLE_FMT_DBL: return change_samples<double>(frame, first, changes);
        default: throw std::runtime_error("this sound has a sample format that is not known here: leave it out with --drop audio");
    }
}

}  // namespace invisiblur::av
