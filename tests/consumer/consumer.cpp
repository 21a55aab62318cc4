// Uses the C++ API as a stranger does: options, a tracks file, a detector, and frames through an Anonymizer.
#include <cstdio>
#include <cstring>
#include <invisiblur/anonymizer.hpp>
#include <invisiblur/detector.hpp>
#include <invisiblur/error.hpp>
#include <invisiblur/options.hpp>
#include <invisiblur/tracks.hpp>
#include <invisiblur/transcode.hpp>
#include <stdexcept>

extern "C" {
#include <libavutil/frame.h>
}

namespace {

constexpr int kWidth = 96;
constexpr int kHeight = 64;
constexpr int kFrames = 12;

void require(bool holds, const char* what) {
    if (!holds) throw std::runtime_error(what);
}

invisiblur::FramePtr grey_frame(int number) {
    invisiblur::FramePtr frame(av_frame_alloc());
    frame->format = AV_PIX_FMT_YUV420P;
    frame->width = kWidth;
    frame->height = kHeight;
    frame->pts = number;
    invisiblur::check(av_frame_get_buffer(frame.get(), 0), "cannot make a frame");
    for (int plane = 0; plane < 3; ++plane) {
        std::memset(frame->data[plane], plane == 0 ? 60 + number : 128, frame->linesize[plane] * (plane == 0 ? kHeight : kHeight / 2));
    }
    return frame;
}

void options_and_tracks() {
    const invisiblur::Options options = invisiblur::parse_options("lookahead=4:fill=solid=00FF00");
    require(options.lookahead_frames == 4, "an option did not arrive");
    require(invisiblur::parse_options(invisiblur::print_options(options)).fill == options.fill, "options do not survive as text");
    try {
        invisiblur::parse_options("radius=-3");
        require(false, "a wrong option was taken");
    } catch (const std::invalid_argument& error) {
        require(std::strstr(error.what(), "radius") != nullptr, "the error does not name the option");
    }
    require(invisiblur::option_table().size() > 20, "the option table is not there");
    require(invisiblur::parse_tracks(invisiblur::print_tracks({})).tracks.empty(), "tracks do not survive as text");
}

int through_anonymizer() {
    const invisiblur::Options options = invisiblur::parse_options("lookahead=4");
    invisiblur::Anonymizer anonymizer(options,
                                      {.width = kWidth, .height = kHeight, .time_base_num = 1, .time_base_den = 25, .frame_rate = 25});
    int received = 0;
    const auto take = [&] {
        while (const auto frame = anonymizer.receive()) require((*frame)->pts == received++, "frames come out of order");
    };
    for (int number = 0; number < kFrames; ++number) {
        anonymizer.send(grey_frame(number));
        take();
    }
    anonymizer.finish();
    take();
    require(anonymizer.tracks().tracks.empty(), "grey pictures have faces");
    return received;
}

}  // namespace

int main() {
    try {
        options_and_tracks();
        require(!invisiblur::make_detector({})->name().empty(), "the detector has no name");
        const int received = through_anonymizer();
        require(received == kFrames, "not as many frames came out as went in");
        std::printf("consumer.cpp: %d frames through the C++ API\n", received);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "consumer.cpp: %s\n", error.what());
        return 1;
    }
}
