#include "media/sound/span_edit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace invisiblur::av;

namespace {

FramePtr sound(AVSampleFormat format, int samples, int value) {
    FramePtr frame = make_frame();
    frame->format = format;
    frame->sample_rate = 1000;
    frame->nb_samples = samples;
    av_channel_layout_default(&frame->ch_layout, 2);
    REQUIRE(av_frame_get_buffer(frame.get(), 0) >= 0);
    for (int i = 0; i < 2 * samples; ++i) reinterpret_cast<std::int16_t*>(frame->data[0])[i] = static_cast<std::int16_t>(value);
    return frame;
}

std::vector<int> left(const AVFrame& frame) {
    std::vector<int> samples;
    for (int i = 0; i < frame.nb_samples; ++i) samples.push_back(reinterpret_cast<const std::int16_t*>(frame.data[0])[2 * i]);
    return samples;
}

}  // namespace

TEST_CASE("a span is silent to the sample, and the sound beside it fades") {
    const FramePtr frame = sound(AV_SAMPLE_FMT_S16, 100, 10000);
    SpanEdit({{10.040, 10.060, false}}).apply(*frame, 0, 100, 10);
    const std::vector<int> samples = left(*frame);
    for (int i = 0; i < 100; ++i) {
        const bool within = i >= 40 && i < 60, fades = (i >= 35 && i < 40) || (i >= 60 && i < 65);
        CHECK_MESSAGE((within ? samples[i] == 0 : fades ? samples[i] > 0 && samples[i] < 10000 : samples[i] == 10000), i);
    }
    CHECK(samples[39] == samples[60]);
}

TEST_CASE("nothing of the source is in a span: other samples give the same") {
    const SpanEdit edit({{0.02, 0.08, true}});
    const FramePtr one = sound(AV_SAMPLE_FMT_S16, 100, 20000), other = sound(AV_SAMPLE_FMT_S16, 100, -7);
    edit.apply(*one, 0, 100, 0);
    edit.apply(*other, 0, 100, 0);
    const std::vector<int> a = left(*one), b = left(*other);
    int loudest = 0;
    for (int i = 20; i < 80; ++i) {
        CHECK(a[i] == b[i]);
        loudest = std::max(loudest, std::abs(a[i]));
    }
    CHECK(a[20] == 0);  // the tone begins softly
    CHECK(loudest <= 3277);
}

TEST_CASE("frames that follow each other are changed as one") {
    const SpanEdit edit({{0.033, 0.071, true}});
    const FramePtr whole = sound(AV_SAMPLE_FMT_S16, 100, 5000), parts = sound(AV_SAMPLE_FMT_S16, 100, 5000);
    edit.apply(*whole, 0, 100, 0);
    for (int at = 0; at < 100; at += 7) edit.apply(*parts, at, std::min(100, at + 7), at / 1000.0);
    CHECK(left(*whole) == left(*parts));
}

TEST_CASE("spans that overlap are one, and a tone goes before silence") {
    const auto spans = settled({{5, 6, false}, {1, 4, false}, {2, 3, true}, {5.5, 7, false}});
    REQUIRE(spans.size() == 4);
    CHECK(spans[0].end_s == 2);
    CHECK(spans[1].beep);
    CHECK(spans[2].start_s == 3);
    CHECK(spans[3].end_s == 7);
}
