// The C API and the C++ Anonymizer: frames in, frames out, and what each wrong call answers.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "cli/program.hpp"
#include "invisiblur/anonymizer.hpp"
#include "invisiblur/invisiblur.h"
#include "media/libav/handles.hpp"
#include "media/libav/pixel_layout.hpp"
#include "support/c_api_run.hpp"
#include "support/clips.hpp"
#include "support/pictures.hpp"
#include "support/raw_clip.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// A failed open: its code, and a sentence with this word in it.
void refuses(const char* options, const InvisiblurStream* stream, const std::string& word, int code = AVERROR(EINVAL)) {
    CAPTURE(word);
    auto* context = reinterpret_cast<InvisiblurContext*>(&code);
    CHECK(invisiblur_open(&context, options, stream) == code);
    CHECK(context == nullptr);
    const std::string sentence = invisiblur_error(nullptr);
    CHECK_MESSAGE(sentence.find(word) != std::string::npos, sentence);
}

}  // namespace

TEST_CASE("send, receive, drain, close: every frame comes back with its time, and the source is not touched") {
    Given given;
    const auto before = given.clip.frames;
    const Received received = through_c_api(given);
    CHECK(received.pts == times());
    CHECK(received.waited > 0);
    CHECK(given.clip.frames == before);
    bool changed = false;
    for (std::size_t n = 0; n < received.pictures.size(); ++n) changed |= received.pictures[n] != samples_of(given.clip.view(n));
    CHECK(changed);
}

TEST_CASE("the host's callback for libav's messages stays the host's") {
    static int heard = 0;
    av_log_set_callback([](void*, int level, const char*, va_list) { heard += level <= AV_LOG_ERROR ? 1 : 0; });
    Given given;
    const Received received = through_c_api(given);
    CHECK(received.pts.size() == kFrames);
    const int before = heard;
    av_log(nullptr, AV_LOG_ERROR, "for the host\n");
    CHECK(heard == before + 1);
    av_log_set_callback(&av_log_default_callback);
}

TEST_CASE("a frame that the caller keeps is not written to") {
    Given given;
    InvisiblurContext* context = nullptr;
    REQUIRE(invisiblur_open(&context, given.options.c_str(), &kStream) == 0);
    std::vector<av::FramePtr> kept;
    for (std::size_t n = 0; n < given.clip.frames.size(); ++n) {
        kept.push_back(frame_of(given.clip, n, times()[n]));
        REQUIRE(invisiblur_send_frame(context, kept.back().get()) == 0);
    }
    REQUIRE(invisiblur_send_frame(context, nullptr) == 0);
    Received received;
    CHECK(receive_all(context, received) == AVERROR_EOF);
    CHECK(received.pictures.size() == kept.size());
    for (std::size_t n = 0; n < kept.size(); ++n) CHECK(samples_of(av::view_of(*kept[n])) == samples_of(given.clip.view(n)));
    invisiblur_close(&context);
}

TEST_CASE("two contexts side by side do not know of each other") {
    Given given;
    const Received alone = through_c_api(given);
    InvisiblurContext* contexts[2] = {};
    Received received[2];
    for (auto& context : contexts) REQUIRE(invisiblur_open(&context, given.options.c_str(), &kStream) == 0);
    const std::size_t count = given.clip.frames.size(), behind = 3;
    for (std::size_t step = 0; step < count + behind; ++step) {
        for (std::size_t i = 0; i < 2; ++i) {
            const std::size_t n = step - i * behind;
            if (n >= count) continue;
            REQUIRE(invisiblur_send_frame(contexts[i], frame_of(given.clip, n, times()[n]).get()) == 0);
            receive_all(contexts[i], received[i]);
        }
    }
    for (int i = 0; i < 2; ++i) {
        invisiblur_send_frame(contexts[i], nullptr);
        CHECK(receive_all(contexts[i], received[i]) == AVERROR_EOF);
        CHECK(received[i].pictures == alone.pictures);
        invisiblur_close(&contexts[i]);
    }
}

TEST_CASE("when a caller fetches his frames changes no pixel of them") {
    Given given;
    const Received at_once = through_c_api(given);
    InvisiblurContext* context = nullptr;
    REQUIRE(invisiblur_open(&context, given.options.c_str(), &kStream) == 0);
    Received later;
    for (std::size_t n = 0; n < given.clip.frames.size(); ++n) {
        REQUIRE(invisiblur_send_frame(context, frame_of(given.clip, n, times()[n]).get()) == 0);
        if (n % 4 == 0) receive_all(context, later);
    }
    invisiblur_send_frame(context, nullptr);
    CHECK(receive_all(context, later) == AVERROR_EOF);
    CHECK(later.pts == at_once.pts);
    CHECK(later.pictures == at_once.pictures);
    invisiblur_close(&context);
}

TEST_CASE("wrong options and shapes: EINVAL, and the sentence names what is wrong") {
    refuses("min-face=2", &kStream, "min-face");
    refuses("nonsense=1", &kStream, "nonsense");
    refuses("fill", &kStream, "fill");
    refuses("rule=threshold:plate=none", &kStream, "--rule threshold");
    refuses(nullptr, nullptr, "shape");
    for (const InvisiblurStream wrong :
         {InvisiblurStream{0, 66, 0, 1, 25, 25}, {97, -1, 0, 1, 25, 25}, {97, 66, 45, 1, 25, 25}, {97, 66, 0, 0, 25, 25}})
        refuses(nullptr, &wrong, "must be positive");
    CHECK(invisiblur_open(nullptr, nullptr, &kStream) == AVERROR(EINVAL));
    InvisiblurContext* context = nullptr;
    CHECK(invisiblur_open(&context, "model=/nowhere/gone.onnx", &kStream) < 0);
    CHECK(std::string(invisiblur_error(nullptr)).find("gone.onnx") != std::string::npos);
    CHECK(invisiblur_open(&context, "tracks=/nowhere/gone.json", &kStream) < 0);
    CHECK(std::string(invisiblur_error(nullptr)).find("gone.json") != std::string::npos);
}

TEST_CASE("an option of the transcoder is none of a context's") {
    for (const char* options : {"output=x.mkv", "crf=20", "hash=1", "report=r.json", "video-codec=libx264"})
        refuses(options, &kStream, std::string(options).substr(0, std::string(options).find('=')));
}

TEST_CASE("a context's options can be listed, and each is taken with its default") {
    InvisiblurOption option{};
    std::string text;
    int count = 0;
    for (; invisiblur_get_option(count, &option) == 0; ++count) {
        CHECK(std::string(option.help) != "");
        CHECK(std::string(option.takes) != "");
        if (std::string(option.name) == "lookahead") CHECK(std::string(option.value) == "25");
        CHECK(std::string(option.name) != "crf");
        if (*option.value) text += (text.empty() ? "" : ":") + std::string(option.name) + "=" + option.value;
    }
    CHECK(count > 15);
    CHECK(invisiblur_get_option(-1, &option) == AVERROR(EINVAL));
    CHECK(invisiblur_get_option(0, nullptr) == AVERROR(EINVAL));
    InvisiblurContext* context = nullptr;
    CHECK(invisiblur_open(&context, text.c_str(), &kStream) == 0);
    invisiblur_close(&context);
}

TEST_CASE("boxes come out as side data, and go in the same way") {
    Given given;
    InvisiblurContext *finder = nullptr, *hider = nullptr;
    REQUIRE(invisiblur_open(&finder, given.options.c_str(), &kStream) == 0);
    REQUIRE(invisiblur_detect_only(finder) == 0);
    REQUIRE(invisiblur_open(&hider, "detector=sidedata:lookahead=0:fill=solid=00FF00:plate=none", &kStream) == 0);
    const Tracks tracks = read_tracks_file(given.folder / "faces.json");
    int hidden = 0;
    const av::FramePtr marked = av::make_frame(), out = av::make_frame();
    const auto take = [&](std::size_t& n) {
        for (; invisiblur_receive_frame(finder, marked.get()) == 0; ++n) {
            CHECK(samples_of(av::view_of(*marked)) == samples_of(given.clip.view(n)));
            const std::int64_t pts = times()[n];
            const bool has_face = std::ranges::any_of(tracks.tracks, [pts](const Track& t) {
                return std::ranges::find(t.boxes, pts, &TrackBox::pts) != t.boxes.end();
            });
            CHECK((av_frame_get_side_data(marked.get(), AV_FRAME_DATA_DETECTION_BBOXES) != nullptr) == has_face);
            REQUIRE(invisiblur_send_frame(hider, marked.get()) == 0);
            REQUIRE(invisiblur_receive_frame(hider, out.get()) == 0);
            hidden += samples_of(av::view_of(*out)) != samples_of(given.clip.view(n));
        }
    };
    std::size_t received = 0;
    for (std::size_t n = 0; n < given.clip.frames.size(); ++n) {
        REQUIRE(invisiblur_send_frame(finder, frame_of(given.clip, n, times()[n]).get()) == 0);
        take(received);
    }
    CHECK(invisiblur_detect_only(finder) < 0);  // too late
    invisiblur_close(&finder);
    invisiblur_close(&hider);
    CHECK(received > 20);
    CHECK(hidden > 20);
    CHECK(invisiblur_detect_only(nullptr) == AVERROR(EINVAL));
    CHECK(invisiblur_handles_format(AV_PIX_FMT_YUV420P10LE) == 1);
    CHECK(invisiblur_handles_format(AV_PIX_FMT_PAL8) == 0);
    CHECK(invisiblur_handles_format(-1) == 0);
}

TEST_CASE("side data that is not whole is an error, not a way past") {
    InvisiblurContext* context = nullptr;
    REQUIRE(invisiblur_open(&context, "detector=sidedata:lookahead=0", &kStream) == 0);
    RawClip clip = make_raw_clip("yuv420p", kStream.width, kStream.height, 1, 1);
    const av::FramePtr frame = frame_of(clip, 0, 0);
    REQUIRE(av_frame_new_side_data(frame.get(), AV_FRAME_DATA_DETECTION_BBOXES, 12) != nullptr);
    CHECK(invisiblur_send_frame(context, frame.get()) == AVERROR(EINVAL));
    invisiblur_close(&context);
}

TEST_CASE("a chosen track that the file lacks is an error") {
    Given given;
    refuses((given.options + ":only-tracks=2,7").c_str(), &kStream, "7");
    refuses("only-tracks=2", &kStream, "--tracks");
}

TEST_CASE("non-interference in the formats that no file holds") {
    for (const std::string format : {"p010le", "nv12", "nv21", "nv16", "uyvy422", "gbrap10le"}) {
        CAPTURE(format);
        Given given;
        given.clip = make_raw_clip(format, kStream.width - 1, kStream.height, kFrames, 8);
        const Tracks tracks = two_faces(given.clip, times(), 1, 1000);
        write_tracks_file(given.folder / "faces.json", tracks);
        const Received expected = through_c_api(given);
        Random random(5);
        const RawClip before = given.clip;
        for (std::size_t n = 0; n < given.clip.frames.size(); ++n) {
            for (const FaceArea& area : areas_of_frame(given.clip, n, tracks, times()[n], false))
                scramble(given.clip.view(n), area.core, random);
        }
        CHECK(given.clip.frames != before.frames);
        CHECK(through_c_api(given).pictures == expected.pictures);
    }
}

TEST_CASE("NULL is answered, not followed") {
    CHECK(invisiblur_send_frame(nullptr, nullptr) == AVERROR(EINVAL));
    CHECK(invisiblur_receive_frame(nullptr, nullptr) == AVERROR(EINVAL));
    invisiblur_close(nullptr);
    InvisiblurContext* none = nullptr;
    invisiblur_close(&none);
    Given given;
    REQUIRE(invisiblur_open(&none, given.options.c_str(), &kStream) == 0);
    CHECK(invisiblur_receive_frame(none, nullptr) == AVERROR(EINVAL));
    const av::FramePtr frame = av::make_frame();
    CHECK(invisiblur_receive_frame(none, frame.get()) == AVERROR(EAGAIN));
    CHECK(invisiblur_send_frame(none, frame.get()) == AVERROR(EINVAL));  // an empty frame
    invisiblur_close(&none);
    CHECK(std::string(invisiblur_version()).find('.') != std::string::npos);
}

TEST_CASE("a drain without a frame ends at once") {
    Given given;
    InvisiblurContext* context = nullptr;
    REQUIRE(invisiblur_open(&context, given.options.c_str(), &kStream) == 0);
    CHECK(invisiblur_send_frame(context, nullptr) == 0);
    Received received;
    CHECK(receive_all(context, received) == AVERROR_EOF);
    CHECK(received.pts.empty());
    const av::FramePtr frame = frame_of(given.clip, 0, 0);
    CHECK(invisiblur_send_frame(context, frame.get()) == AVERROR_EOF);
    invisiblur_close(&context);
}

TEST_CASE("after an error nothing leaves any more") {
    const std::pair<std::string, std::string> wrong[] = {{"yuv420p", "98x66"}, {"monob", "monob"}};
    for (const auto& [format, word] : wrong) {
        CAPTURE(format);
        Given given;
        InvisiblurContext* context = nullptr;
        REQUIRE(invisiblur_open(&context, given.options.c_str(), &kStream) == 0);
        for (std::size_t n = 0; n < 8; ++n) REQUIRE(invisiblur_send_frame(context, frame_of(given.clip, n, times()[n]).get()) == 0);
        const av::FramePtr bad = av::make_frame(av_get_pix_fmt(format.c_str()), format == "monob" ? 97 : 98, 66);
        bad->pts = 1000;
        CHECK(invisiblur_send_frame(context, bad.get()) == AVERROR(EINVAL));
        const std::string sentence = invisiblur_error(context);
        CHECK_MESSAGE(sentence.find(word) != std::string::npos, sentence);
        const av::FramePtr frame = frame_of(given.clip, 9, times()[9]), out = av::make_frame();
        for (const int code : {invisiblur_send_frame(context, frame.get()), invisiblur_receive_frame(context, out.get()),
                               invisiblur_send_frame(context, nullptr)}) {
            CHECK(code < 0);
            CHECK(code != AVERROR(EAGAIN));
            CHECK(code != AVERROR_EOF);
        }
        CHECK(std::string(invisiblur_error(context)) != "");
        CHECK(out->data[0] == nullptr);
        invisiblur_close(&context);
    }
}

TEST_CASE("the C++ class and the program give the same pictures as the C API") {
    Given given;
    const Received expected = through_c_api(given);

    Options options;
    options.tracks = given.folder / "faces.json";
    options.lookahead_frames = 5;
    options.expect_faces = 1;  // asks for a record of the faces
    Anonymizer anonymizer(options, {kStream.width, kStream.height, 0, 1, 1000, 25});
    std::vector<std::vector<std::vector<float>>> pictures;
    const auto take = [&] {
        while (auto frame = anonymizer.receive()) pictures.push_back(samples_of(av::view_of(**frame)));
    };
    for (std::size_t n = 0; n < given.clip.frames.size(); ++n) anonymizer.send(frame_of(given.clip, n, times()[n])), take();
    anonymizer.finish();
    take();
    CHECK(pictures == expected.pictures);
    CHECK(anonymizer.tracks().tracks.size() == 2);
    CHECK_THROWS(anonymizer.send(frame_of(given.clip, 0, 5000)));

    // the same clip as a file, with even times, through both
    write_clip(given.folder / "in.mkv", given.clip, "-c:v ffv1");
    const auto pts = ffprobe_pts(given.folder / "in.mkv");
    write_tracks_file(given.folder / "faces.json", two_faces(given.clip, pts, 1, 1000));
    InvisiblurContext* context = nullptr;
    REQUIRE(invisiblur_open(&context, given.options.c_str(), &kStream) == 0);
    Received received;
    for (std::size_t n = 0; n < pts.size(); ++n) {
        REQUIRE(invisiblur_send_frame(context, frame_of(given.clip, n, pts[n]).get()) == 0);
        receive_all(context, received);
    }
    invisiblur_send_frame(context, nullptr);
    receive_all(context, received);
    invisiblur_close(&context);
    const Finished finished = transcode_command({"--passes", "1", "--lookahead", "5", "--tracks", given.folder / "faces.json",
                                                 given.folder / "in.mkv", "-o", given.folder / "out.mkv"});
    REQUIRE_MESSAGE(finished.status == 0, finished.err);
    RawClip out = read_clip(given.folder / "out.mkv", "yuv420p", kStream.width, kStream.height);
    REQUIRE(out.frames.size() == received.pictures.size());
    for (std::size_t n = 0; n < out.frames.size(); ++n) CHECK(samples_of(out.view(n)) == received.pictures[n]);
}
