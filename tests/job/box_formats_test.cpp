#include "job/exchange/box_formats.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

#include "job/exchange/hidden_spans.hpp"

using namespace invisiblur;

namespace {

// Frames at uneven times.
const std::vector<std::int64_t> kPts{5, 15, 25, 40, 50, 60, 70, 80};

FilmFacts film() {
    return {"street.mp4", std::string(64, 'a'), 640, 360, 1, 100, 10, kPts};
}

/// A face, a text that comes and goes, and a person with a number; numbers that no decimal fraction of few digits is.
Tracks tracks() {
    Tracks all;
    all.source = {std::string(64, 'a'), 640, 360, 1, 100, static_cast<std::int64_t>(kPts.size()), {}};
    all.tracks.push_back({3, {{5, {10.1F, 20.7F, 1.0F / 3, 40}, 0.9F, BoxSource::detector}, {15, {-3.25F, 21, 30, 40.123F}, 0.3F, BoxSource::detector}}, {}});
    all.tracks.push_back({4, {{25, {100, 50, 20, 20}, 1, BoxSource::hand}, {40, {101, 50, 20, 20}, 0.5F, BoxSource::bridge}}, {}, 0, "text"});
    all.tracks.push_back({7, {{80, {1e5F, 7, 3, 4}, 0.7F, BoxSource::flow}}, {}, 2, {}});
    return all;
}

bool same(const Tracks& a, const Tracks& b) {
    return print_tracks(a) == print_tracks(b) && std::ranges::equal(a.tracks, b.tracks, [](const Track& x, const Track& y) { return x.kind == y.kind && x.person == y.person; });
}

std::string refusal(const std::string& text, BoxFormat format) {
    const FilmFacts facts = film();
    try {
        parse_boxes(text, format, facts);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "accepted";
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

std::string printed(BoxFormat format) {
    return print_boxes(tracks(), format, film()).text;
}

const std::string kCoco = R"({"images":[{"id":9,"frame_id":2,"width":640,"height":360}],"categories":[{"id":1,"name":"face"}],
    "annotations":[{"id":1,"image_id":9,"category_id":1,"bbox":[1,2,3,4]}]})";

}  // namespace

TEST_CASE("CVAT, COCO and tracks files hold all that is said of a box: there and back again nothing is lost, and nothing is said to be") {
    for (const BoxFormat format : {BoxFormat::cvat, BoxFormat::coco, BoxFormat::invisiblur}) {
        CAPTURE(to_string(format));
        const PrintedBoxes there = print_boxes(tracks(), format, film());
        CHECK(there.lost.empty());
        const Tracks back = parse_boxes(there.text, format, film());
        if (format != BoxFormat::invisiblur) CHECK(same(back, tracks()));
        CHECK(print_boxes(back, format, film()).text == there.text);
    }
}

TEST_CASE("MOT challenge holds places, scores and numbers, and what it does not hold is said") {
    const PrintedBoxes there = print_boxes(tracks(), BoxFormat::mot, film());
    CHECK(there.lost == "what is hidden where it is no face, which person it is and how boxes were found");
    CHECK(there.text.starts_with("1,3,11.100000381469727,21.700000762939453,0.33333334,40,0.9,-1,-1,-1\n2,3,-2.25,22,30,40.123,0.3,-1,-1,-1\n3,4,"));
    const Tracks back = parse_boxes(there.text, BoxFormat::mot, film()), all = tracks();
    REQUIRE(back.tracks.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(back.tracks[i].id == all.tracks[i].id);
        REQUIRE(back.tracks[i].boxes.size() == all.tracks[i].boxes.size());
        for (std::size_t k = 0; k < back.tracks[i].boxes.size(); ++k) {
            const TrackBox &a = back.tracks[i].boxes[k], &b = all.tracks[i].boxes[k];
            CHECK(a.pts == b.pts);
            CHECK(a.box.x == b.box.x);
            CHECK(a.box.w == b.box.w);
            CHECK(a.score == b.score);
        }
    }
    Tracks extra = tracks();
    extra.tracks[0].extra = R"({"note":"x"})";
    CHECK(print_boxes(extra, BoxFormat::coco, film()).lost == "fields that only tracks files have");
}

TEST_CASE("detections without numbers are joined to tracks, ground truth has classes") {
    const Tracks loose = parse_boxes("1,-1,11,21,30,40,0.5\n2,-1,13,21,30,40,0.5\n\n2,-1,301,21,30,40,7\n3,-1,15,22,30,40,-3,-1,-1,-1\n5,-1,15,22,30,40,1\n", BoxFormat::mot, film());
    REQUIRE(loose.tracks.size() == 3);
    CHECK(loose.tracks[0].boxes.size() == 3);
    CHECK(loose.tracks[1].boxes.size() == 1);
    CHECK(loose.tracks[1].boxes[0].score == 1);
    CHECK(loose.tracks[2].boxes[0].pts == 50);
    CHECK(loose.tracks[0].boxes[2].score == 0);
    const Tracks truth = parse_boxes("1, 2, 11, 21, 30, 40, 1, 1, 0.8\r\n", BoxFormat::mot, film());
    CHECK(truth.tracks.at(0).kind == "person");
    CHECK(truth.tracks[0].boxes.at(0).box.x == 10);
    CHECK(parse_boxes(kCoco, BoxFormat::coco, film()).tracks.at(0).boxes.at(0).pts == 25);
}

TEST_CASE("CVAT's outside ends a track, and what comes after is one of its own, so that nothing is drawn between") {
    const std::string box = R"(" outside="0" occluded="0" xtl="1" ytl="2" xbr="4" ybr="6"/>)";
    const std::string text = R"(<annotations><version>1.1</version><track id="5" label="face" source="manual"><box frame="0)" + box + R"(<box frame="2" outside="1" xtl="1" ytl="2" xbr="4" ybr="6"/><box frame="4)" +
                             box + R"(<box frame="6)" + box + "</track></annotations>";
    const Tracks back = parse_boxes(text, BoxFormat::cvat, film());
    REQUIRE(back.tracks.size() == 2);
    CHECK(back.tracks[0].boxes.size() == 1);
    CHECK(back.tracks[0].boxes[0].from == BoxSource::hand);
    CHECK(back.tracks[1].boxes.size() == 2);
    CHECK(back.tracks[1].boxes[0].pts == 50);
}

TEST_CASE("boxes of another video, of another size, beyond the end or with unknown labels are refused in one sentence") {
    const auto cvat = printed(BoxFormat::cvat), coco = printed(BoxFormat::coco);
    CHECK(refusal(replaced(cvat, std::string(64, 'a'), std::string(64, 'b')), BoxFormat::cvat) == "the file belongs to another video: its SHA-256 is not this file's");
    CHECK(refusal(replaced(coco, std::string(64, 'a'), std::string(64, 'b')), BoxFormat::coco) == "the file belongs to another video: its SHA-256 is not this file's");
    CHECK(refusal(replaced(cvat, "<size>8<", "<size>9<"), BoxFormat::cvat) == "the file belongs to another video: it has 9 frames, and this one 8");
    const std::string own = printed(BoxFormat::invisiblur);
    CHECK(refusal(replaced(own, std::string(64, 'a'), std::string(64, 'b')), BoxFormat::invisiblur) == "the file belongs to another video: its SHA-256 is not this file's");
    CHECK(refusal(replaced(own, "\"frames\":8", "\"frames\":9"), BoxFormat::invisiblur) == "the file belongs to another video: it has 9 frames, and this one 8");
    CHECK(refusal(replaced(own, "\"pts\":80", "\"pts\":800"), BoxFormat::invisiblur) ==
          "tracks[2] has a box at 00:00:08.000, and the last picture of this video is shown at 00:00:00.800");
    CHECK(refusal(replaced(cvat, "<width>640<", "<width>64<"), BoxFormat::cvat) == "the file is of a picture of 64x360 pixels, not of 640x360; give the boxes of this video");
    CHECK(refusal(replaced(coco, "\"width\": 640, \"height\": 360, \"pts\"", "\"width\": 64, \"height\": 360, \"pts\""), BoxFormat::coco) ==
          "images[0] is of a picture of 64x360 pixels, not of 640x360; give the boxes of this video");
    CHECK(refusal(replaced(cvat, "<box frame=\"1\"", "<box frame=\"8\""), BoxFormat::cvat) == "track[0].box[1] is of frame 8 counted from 0, and the video ends with frame 7");
    CHECK(refusal("9,1,1,1,5,5", BoxFormat::mot) == "line 1 is of frame 8 counted from 0, and the video ends with frame 7");
    CHECK(refusal(replaced(kCoco, "\"frame_id\":2", "\"frame_id\":8"), BoxFormat::coco) == "annotations[0] is of frame 8 counted from 0, and the video ends with frame 7");
    CHECK(refusal(replaced(cvat, "label=\"text\"", "label=\"car\""), BoxFormat::cvat) ==
          "track[1] has the label \"car\", which is none of face, head, person, people, text, plate, license_plate, object: rename it, or take it out if it is not to be hidden");
    CHECK(refusal("1,1,1,1,5,5,1,3,0.5", BoxFormat::mot) == "line 1 is of class 3, and only 1, people, is known: take it out, or make it 1 if it is to be hidden");
}

TEST_CASE("malformed files are refused with the place") {
    CHECK(refusal("1,1,x,1,5,5", BoxFormat::mot) == "line 1 holds \"x\" where MOT challenge has a number");
    CHECK(refusal("1,1,1,1,5", BoxFormat::mot) == "line 1 has 5 numbers where MOT challenge has at least 6");
    CHECK(refusal("1,1,1,1,5,0", BoxFormat::mot) == "line 1 has a width or height that is not greater than 0");
    CHECK(refusal("1,1,1,1,5,5\n1,1,1,1,5,5", BoxFormat::mot) == "line 2 is the second box of track 1 in frame 0 counted from 0");
    CHECK(refusal("0,1,1,1,5,5", BoxFormat::mot) == "line 1 is of frame 0, and MOT challenge counts from 1");
    CHECK(refusal("<annotations>", BoxFormat::cvat).starts_with("the file is no XML: at byte"));
    CHECK(refusal("<a/>", BoxFormat::cvat) == "the file has no <annotations>, with which CVAT for video begins");
    CHECK(refusal("<annotations><image id=\"0\"/></annotations>", BoxFormat::cvat) == "the file is CVAT for images: export it as CVAT for video 1.1");
    CHECK(refusal("<annotations><meta><task><start_frame>5</start_frame></task></meta></annotations>", BoxFormat::cvat).find("start_frame") != std::string::npos);
    CHECK(refusal("[]", BoxFormat::coco).find("must be an object") != std::string::npos);
    CHECK(refusal(replaced(kCoco, "\"frame_id\":2,", ""), BoxFormat::coco) == "images[0] lacks frame_id: which frame of the video is it?");
    CHECK(refusal(replaced(kCoco, "[1,2,3,4]", "[1,2,3]"), BoxFormat::coco) == "annotations[0].bbox must be a list of four numbers: left, top, width, height");
    CHECK(refusal(replaced(kCoco, "\"category_id\":1", "\"category_id\":2"), BoxFormat::coco) == "annotations[0].category_id is that of no category");
}

TEST_CASE("spans join what touches, end with the next frame and are read as they are written") {
    Tracks all = tracks();
    all.tracks.push_back({8, {{70, {1, 7, 3, 4}, 0.7F, BoxSource::flow}}, {}, 2, {}});
    const std::vector<HiddenSpan> spans = hidden_spans(all, film());
    REQUIRE(spans.size() == 3);
    CHECK(spans[0].who == "face 3");
    CHECK(spans[0].start_s == doctest::Approx(0.05));
    CHECK(spans[0].end_s == doctest::Approx(0.25));
    CHECK(spans[1].who == "text 4");
    CHECK(spans[2].who == "person 2");
    CHECK(spans[2].start_s == doctest::Approx(0.7));
    CHECK(spans[2].end_s == doctest::Approx(0.9));
    CHECK(print_webvtt({spans[0]}) == "WEBVTT\n\n00:00:00.050 --> 00:00:00.250\n<v face 3>face 3 is hidden\n");
    CHECK(print_webvtt({{"face 1", -2, -1}, {"face 1", -1, 1}}).find("00:00:00.000 --> 00:00:01.000") != std::string::npos);
    CHECK(print_eaf(spans, "a & b.mp4").find("a &amp; b.mp4") != std::string::npos);
}
