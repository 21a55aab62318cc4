// --mark and --label: what is drawn where something was hidden.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "erase/mark/label_texts.hpp"
#include "erase/mark/lettering.hpp"
#include "erase/mark/mark_painter.hpp"
#include "options/label.hpp"
#include "support/jobs.hpp"
#include "support/process.hpp"
#include "track/steady_boxes.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr std::uint64_t kClips = 40;
/// A steady box may reach beyond the core by its slack, of boxes that are at most 40 pixels wide, and by the chroma grid.
constexpr int kSlack_px = 8;

Options marking(const std::string& mark, std::vector<std::string> labels = {}) {
    Options options;
    options.mark = mark;
    options.label = std::move(labels);
    return options;
}

/// A gray picture of one shade with one face in it.
FrameRecord frame_with(const PicturePtr& picture, const Box& box) {
    FrameRecord frame = record_of(picture);
    frame.faces = {{1, {0, box, 1, BoxSource::hand}}};
    frame.steady = {{1, box}};
    return frame;
}

struct Drawn {
    ImageView view;
    TestPicturePtr picture;
};

Drawn draw(const PixelLayout& layout, const Options& options, const Box& box, bool interlaced = false, const std::vector<Rect>& kept = {}) {
    auto picture = std::make_shared<TestPicture>(layout, 320, 240, 0, interlaced);
    paint(picture->view(), picture->view().bounds(), 128);
    const StreamShape shape{320, 240, 0, 1, 25, 25};
    const FrameRecord frame = frame_with(picture, box);
    const auto areas = FaceAreas(options, shape).of_frame(frame.faces, 0, picture->view(), interlaced);
    MarkPainter(options, shape).paint(picture->view(), frame, areas, kept);
    return {picture->view(), picture};
}

/// How many luma samples are brighter and darker than the ground by half of the range to it.
struct Contrast {
    int bright = 0, dark = 0;
};

Contrast contrast_of(const ImageView& view) {
    std::vector<float> luma(static_cast<std::size_t>(view.width) * static_cast<std::size_t>(view.height));
    read_luma(view, view.bounds(), luma.data());
    const float top = static_cast<float>(1 << view.layout.depth());
    Contrast found;
    for (const float v : luma) found.bright += v > top * 0.8F, found.dark += v < top * 0.2F;
    return found;
}

void write_text(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

std::string message_of(const Options& options) {
    try {
        LabelTexts texts(options);
        check_labels(options.label);
        check_marks(options);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("non-interference holds with marks: clips that differ only inside the cores give equal outputs") {
    for (std::uint64_t seed = 1; seed <= kClips; ++seed) {
        GivenClip clip = random_clip(seed);
        if (clip.options.rule != "core" || clip.options.fill == "mosaic") continue;
        clip.options.mark = seed % 2 == 0 ? "outline" : "label";
        if (seed % 2 == 1) clip.options.label = {"b(6)"};
        CAPTURE(clip.what);
        for (const int passes : {1, 2}) CHECK(erase_all(clip, passes) == erase_all(with_other_faces(clip, seed), passes));
    }
}

TEST_CASE("an outline changes nothing but the border of the hidden place") {
    for (std::uint64_t seed = 1; seed <= kClips; ++seed) {
        GivenClip clip = random_clip(seed), marked = clip;
        marked.options.mark = "outline";
        CAPTURE(clip.what);
        const auto areas = areas_of(clip);
        const auto plain = erase_all(clip, 2), drawn = erase_all(marked, 2);
        std::size_t outside = 0, changed = 0;
        for (std::size_t n = 0; n < plain.size(); ++n) {
            const ImageView view = clip.pictures[n]->view();
            for (int c = 0; c < view.layout.component_count; ++c) {
                const Rect whole = in_component(view.bounds(), view.layout, c);
                for (std::size_t i = 0; i < plain[n][static_cast<std::size_t>(c)].size(); ++i) {
                    if (plain[n][static_cast<std::size_t>(c)][i] == drawn[n][static_cast<std::size_t>(c)][i]) continue;
                    ++changed;
                    const int x = static_cast<int>(i) % whole.width(), y = static_cast<int>(i) / whole.width();
                    outside += std::ranges::none_of(areas[n], [&](const FaceArea& a) {
                        return in_component(on_chroma_grid(grow(a.core, kSlack_px, kSlack_px), view, true), view.layout, c).contains(x, y);
                    });
                }
            }
        }
        CHECK(outside == 0);
        if (std::ranges::any_of(areas, [](const auto& frame) { return !frame.empty(); })) CHECK(changed > 0);
    }
}

TEST_CASE("marks are bright with a dark edge in every pixel format") {
    for (const NamedLayout& named : all_layouts()) {
        for (const bool interlaced : {false, true}) {
            CAPTURE(named.name);
            CAPTURE(interlaced);
            const Contrast line = contrast_of(draw(named.layout, marking("outline"), {100, 80, 60, 70}, interlaced).view);
            CHECK(line.bright >= 300);
            CHECK(line.dark >= 2 * line.bright - 200);
            const Contrast text = contrast_of(draw(named.layout, marking("label", {"b(6)"}), {100, 80, 60, 70}, interlaced).view);
            CHECK(text.bright >= 15);
            CHECK(text.dark >= text.bright);
        }
    }
}

TEST_CASE("a label stands in the picture as a whole, also where the place lies at the border or is small") {
    const Options options = marking("label", {"hidden"});
    const PixelLayout& gray = layout_named("gray");
    const Contrast middle = contrast_of(draw(gray, options, {130, 90, 60, 70}).view);
    REQUIRE(middle.bright > 0);
    for (const Box& box : {Box{-20, -20, 40, 40}, Box{300, 220, 40, 40}, Box{0, 100, 6, 6}, Box{310, 5, 8, 8}}) {
        const Contrast there = contrast_of(draw(gray, options, box).view);
        CHECK(there.bright == middle.bright);
        CHECK(there.dark == middle.dark);
    }
}

TEST_CASE("what has no text gets an outline, and a region the text of its class") {
    const PixelLayout& gray = layout_named("gray");
    const Box box{100, 80, 60, 70};
    CHECK(samples_of(draw(gray, marking("label", {"regions=b(6)"}), box).view) == samples_of(draw(gray, marking("outline"), box).view));
    CHECK(samples_of(draw(gray, marking("label", {"faces=b(6)"}), box).view) == samples_of(draw(gray, marking("label", {"b(6)"}), box).view));
    CHECK(samples_of(draw(gray, marking("label", {"b(6)"}), box).view) != samples_of(draw(gray, marking("label", {"b(7)"}), box).view));
}

TEST_CASE("a rectangle that the user keeps keeps its bits under a mark") {
    const Rect kept{90, 70, 130, 120};
    for (const char* name : {"yuv420p", "p010", "rgb24"}) {
        CAPTURE(name);
        const Drawn drawn = draw(layout_named(name), marking("outline"), {100, 80, 60, 70}, false, {kept});
        std::vector<float> before(static_cast<std::size_t>(kept.width()) * static_cast<std::size_t>(kept.height())), after = before;
        auto plain = std::make_shared<TestPicture>(layout_named(name), 320, 240, 0);
        paint(plain->view(), plain->view().bounds(), 128);
        read_luma(plain->view(), kept, before.data());
        read_luma(drawn.view, kept, after.data());
        CHECK(before == after);
    }
}

TEST_CASE("a mark rests while a box trembles, and follows it where it walks") {
    SteadyFollower trembling, walking;
    const Box first = trembling.next({100, 100, 50, 60});
    for (int n = 0; n < 50; ++n) {
        const Box now = trembling.next({100 + static_cast<float>(n % 3), 100 - static_cast<float>(n % 2), 50 + static_cast<float>(n % 2), 60});
        CHECK(now.x == first.x);
        CHECK(now.w == first.w);
    }
    for (int n = 0; n < 50; ++n) {
        const Box box{100 + 4 * static_cast<float>(n), 100, 50, 60}, mark = walking.next(box);
        CHECK(std::abs(mark.x - box.x) <= 0.08F * 50 + 0.01F);
        CHECK(mark.y == 100);
    }
}

TEST_CASE("known tracks give a frame's mark whichever frames were asked for before") {
    auto tracks = std::make_shared<Tracks>();
    tracks->tracks.push_back({1, {}, {}});
    for (int n = 0; n < 40; ++n) tracks->tracks[0].boxes.push_back({n, {100 + 3 * static_cast<float>(n % 7), 50, 40, 40}, 1, BoxSource::detector});
    const auto picture_at = [](int n) { return std::make_shared<TestPicture>(layout_named("gray"), 64, 64, n); };
    SteadyBoxes all(tracks, 1, 25), part(tracks, 1, 25);
    for (int n = 0; n < 40; ++n) {
        FrameRecord one = record_of(picture_at(n));
        all.note(one);
        if (n < 25) continue;
        FrameRecord other = record_of(picture_at(n));
        part.note(other);
        CHECK(one.steady.at(0).box.x == other.steady.at(0).box.x);
    }
}

TEST_CASE("letters beyond ASCII are written, and what cannot be written is named") {
    const TextShape plain = letter("Zeuge", 20), umlaut = letter("Züge", 20), greek = letter("Μάρτυς", 20);
    CHECK(plain.width > 20);
    CHECK(umlaut.height >= plain.height - 6);
    CHECK(greek.width > 30);
    CHECK(letter("u", 20).cover != letter("ü", 20).cover);
    CHECK_THROWS_WITH_AS(letter("a\xEE\x80\x80", 20), doctest::Contains("no font of this machine has the letter"), std::invalid_argument);
    CHECK_THROWS_WITH_AS(letter("שלום", 20), doctest::Contains("(U+05E9), whose form depends on its neighbours"), std::invalid_argument);
    CHECK_THROWS_WITH_AS(letter("\xFF", 20), doctest::Contains("is not in UTF-8"), std::invalid_argument);
}

TEST_CASE("a text is turned as far back as the picture will be turned") {
    const TextShape shape{3, 2, {1, 2, 3, 4, 5, 6}};
    CHECK(turned_back(shape, 0).cover == shape.cover);
    const TextShape quarter = turned_back(shape, 90);  // counter-clockwise
    CHECK(quarter.width == 2);
    CHECK(quarter.height == 3);
    CHECK(quarter.cover == std::vector<std::uint8_t>{3, 6, 2, 5, 1, 4});
    CHECK(turned_back(shape, 180).cover == std::vector<std::uint8_t>{6, 5, 4, 3, 2, 1});
    CHECK(turned_back(turned_back(shape, 270), 90).cover == shape.cover);
}

TEST_CASE("a track's own label goes before its class's, and that before the one for all") {
    const TempDir folder;
    Options options = marking("label", {"all", "text=T", "regions=R"});
    write_text(folder / "t.json", R"json({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[
        {"id":1,"label":"b(6)","boxes":[]},{"id":2,"kind":"text","boxes":[]},{"id":3,"boxes":[]},{"id":4,"kind":"text","label":"own","boxes":[]}]})json");
    options.tracks = folder / "t.json";
    const LabelTexts texts(options);
    CHECK(texts.text(1, "faces") == "b(6)");
    CHECK(texts.text(2, "text") == "T");
    CHECK(texts.text(3, "faces") == "all");
    CHECK(texts.text(4, "text") == "own");
    CHECK(texts.text(0, "regions") == "R");
    write_text(folder / "t.json", R"json({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[{"id":1,"label":6,"boxes":[]}]})json");
    CHECK(message_of(options) == (folder / "t.json") + ": the label of track 1 must be a text");
}

TEST_CASE("labels that cannot be meant are refused in a sentence") {
    CHECK(message_of(marking("label", {"face=b(6)"})) == "--label face=b(6): \"face\" is none of faces, text and regions, which stand before '='");
    CHECK(message_of(marking("label", {"a", "b"})) == "--label gives two texts for all that is hidden: give one of them");
    CHECK(message_of(marking("label", {"text=a", "text=b"})) == "--label gives two texts for text: give one of them");
    CHECK(message_of(marking("label", {"faces="})) == "--label has an empty text: give the text, such as --label \"b(6)\"");
    CHECK(message_of(marking("label", {std::string(61, 'x')})).find("is longer than 60 bytes") != std::string::npos);
    CHECK(message_of(marking("label", {"two\nlines"})).find("give it in one line") != std::string::npos);
}
