#pragma once
// A clip sent through the C API, frame by frame.
#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "invisiblur/invisiblur.h"
#include "media/libav/handles.hpp"
#include "media/libav/pixel_layout.hpp"
#include "support/clips.hpp"
#include "support/pictures.hpp"
#include "support/process.hpp"
#include "support/raw_clip.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace invisiblur::test {

inline constexpr InvisiblurStream kStream = {97, 66, 0, 1, 1000, 25};
inline constexpr int kFrames = 30;

inline std::vector<std::int64_t> times() {
    std::vector<std::int64_t> pts;
    for (int n = 0; n < kFrames; ++n) pts.push_back(n * 40 + n % 3);  // not quite even
    return pts;
}

inline av::FramePtr frame_of(RawClip& clip, std::size_t n, std::int64_t pts) {
    av::FramePtr frame = av::make_frame(av_get_pix_fmt(clip.format.c_str()), clip.width, clip.height);
    const ImageView from = clip.view(n), to = av::view_of(*frame);
    for (int c = 0; c < from.layout.component_count; ++c) {
        const auto samples = samples_of(from);
        write_component(to, c, in_component(to.bounds(), to.layout, c), samples[static_cast<std::size_t>(c)].data());
    }
    frame->pts = pts;
    return frame;
}

/// A folder with a clip's tracks, and the options that name them.
struct Given {
    TempDir folder;
    RawClip clip = make_raw_clip("yuv420p", kStream.width, kStream.height, kFrames, 3);
    std::string options;

    Given() {
        write_tracks_file(folder / "faces.json", two_faces(clip, times(), 1, 1000));
        options = "tracks=" + (folder / "faces.json") + ":lookahead=5";
    }
};

struct Received {
    std::vector<std::vector<std::vector<float>>> pictures;
    std::vector<std::int64_t> pts;
    int waited = 0;  ///< how often the answer was EAGAIN
};

/// Takes all that is ready; the answer that ended it.
inline int receive_all(InvisiblurContext* context, Received& received) {
    const av::FramePtr frame = av::make_frame();
    for (;;) {
        const int code = invisiblur_receive_frame(context, frame.get());
        if (code == AVERROR(EAGAIN)) ++received.waited;
        if (code < 0) return code;
        received.pts.push_back(frame->pts);
        received.pictures.push_back(samples_of(av::view_of(*frame)));
    }
}

/// In: before, called with the number of the frame that is sent next.
inline Received through_c_api(Given& given, const std::function<void(InvisiblurContext*, std::size_t)>& before = {}) {
    InvisiblurContext* context = nullptr;
    InvisiblurStream stream = kStream;
    stream.width = given.clip.width;
    REQUIRE(invisiblur_open(&context, given.options.c_str(), &stream) == 0);
    Received received;
    for (std::size_t n = 0; n < given.clip.frames.size(); ++n) {
        const av::FramePtr frame = frame_of(given.clip, n, times()[n]);
        if (before) before(context, n);
        REQUIRE(invisiblur_send_frame(context, frame.get()) == 0);
        CHECK(receive_all(context, received) == AVERROR(EAGAIN));
    }
    CHECK(invisiblur_send_frame(context, nullptr) == 0);
    CHECK(receive_all(context, received) == AVERROR_EOF);
    CHECK(receive_all(context, received) == AVERROR_EOF);
    CHECK(invisiblur_send_frame(context, nullptr) == AVERROR_EOF);
    CHECK(std::string(invisiblur_error(context)) == "");
    invisiblur_close(&context);
    CHECK(context == nullptr);
    return received;
}

}  // namespace invisiblur::test
