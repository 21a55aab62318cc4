// Lines and blocks out of a probability map, and the network itself on drawn words.
#include "detect/text_detector.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include <opencv2/imgproc.hpp>

#include "base/geometry.hpp"
#include "detect/model_file.hpp"
#include "detect/text_search.hpp"
#include "invisiblur/options.hpp"
#include "support/at_hand.hpp"
#include "support/pictures.hpp"
#include "support/writing.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

cv::Mat empty_map() {
    return cv::Mat::zeros(200, 320, CV_32F);
}

void line_on(cv::Mat& map, const cv::Rect& where, float value = 0.9F) {
    map(where).setTo(value);
}

bool holds(const Box& box, const cv::Rect& r) {
    return box.x <= static_cast<float>(r.x) && box.y <= static_cast<float>(r.y) && box.x + box.w >= static_cast<float>(r.x + r.width) &&
           box.y + box.h >= static_cast<float>(r.y + r.height);
}

/// The part of a place that boxes cover, at best by one.
float covered(const std::vector<Face>& found, const Rect& place) {
    const Box box{static_cast<float>(place.x0), static_cast<float>(place.y0), static_cast<float>(place.width()), static_cast<float>(place.height())};
    float best = 0;
    for (const Face& face : found) {
        const Box shared = intersect(face.box, box);
        if (shared.w > 0 && shared.h > 0) best = std::max(best, area(shared) / area(box));
    }
    return best;
}

TestPicturePtr picture_with(const std::vector<Word>& words, int width, int height) {
    auto picture = std::make_shared<TestPicture>(layout_named("yuv420p"), width, height, 0);
    draw_scene(picture->view(), 3, 0, 0, 0);
    for (const Word& word : words) write_word(picture->view(), word);
    return picture;
}

/// Luma as a function of the place, no colour.
template <class Luma>
TestPicturePtr grey_picture(int width, int height, Luma luma) {
    auto picture = std::make_shared<TestPicture>(layout_named("yuv420p"), width, height, 0);
    paint(picture->view(), picture->view().bounds(), 128);
    const auto plane = component<std::uint8_t>(picture->view(), 0);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) *plane.at(x, y) = static_cast<std::uint8_t>(std::clamp(luma(x, y), 16.0, 235.0));
    return picture;
}

/// A soft spot of height `a`.
double spot(double x, double y, double cx, double cy, double rx, double ry, double a) {
    return a * std::exp(-((x - cx) * (x - cx) / (rx * rx) + (y - cy) * (y - cy) / (ry * ry)));
}

// Both are like pictures of a fade and of a film in another aspect, in which one look of the network saw a text as large as they are.
TestPicturePtr nearly_black() {
    return grey_picture(640, 360, [](double x, double y) { return 16 + spot(x, y, 320, 180, 40, 90, 7) - spot(x, y, 290, 160, 12, 8, 3.5) - spot(x, y, 350, 160, 12, 8, 3.5); });
}

TestPicturePtr panel_between_bars(int width) {
    return grey_picture(640, 360, [=](double x, double y) {
        return std::abs(x - 320) > width / 2.0 ? 16 : 120 + spot(x, y, 320, 120, width * 0.2, 50, 70) - spot(x, y, 320, 280, width * 0.3, 80, 77);
    });
}

/// Finds what is bright where all of it is in the picture.
class FindsWhatIsWhole : public Detector {
public:
    std::vector<Face> detect(const RgbView& picture) override {
        const cv::Mat rgb(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.data), static_cast<std::size_t>(picture.stride_bytes));
        cv::Mat green;
        cv::extractChannel(rgb, green, 1);
        const cv::Rect where = cv::boundingRect(green > 128);
        if (where.empty() || where.x == 0 || where.y == 0 || where.br().x == rgb.cols || where.br().y == rgb.rows) return {};
        return {{{static_cast<float>(where.x), static_cast<float>(where.y), static_cast<float>(where.width), static_cast<float>(where.height)}, 0.9F}};
    }
    std::string name() const override { return "test"; }
};

std::string shown(const std::vector<Face>& faces) {
    std::string text;
    for (const Face& face : faces) text += std::to_string(face.box.x) + ' ' + std::to_string(face.box.y) + ' ' + std::to_string(face.box.w) + ' ' + std::to_string(face.box.h) + "; ";
    return text;
}

std::vector<Face> search(const TestPicturePtr& picture, Options options = {}, int degrees = 0) {
    const StreamShape shape{.width = picture->view().width, .height = picture->view().height, .rotation_degrees = degrees, .frame_rate = 25};
    return TextSearch(make_text_detector(options), options, shape).find(*picture);
}

}  // namespace

TEST_CASE("a region becomes a box that is larger on all sides, with the region's mean as its score, within the picture") {
    cv::Mat map = empty_map();
    const cv::Rect region(100, 80, 90, 12);
    line_on(map, region);
    line_on(map, {0, 0, 60, 10}, 0.8F);
    const std::vector<TextLine> lines = text_lines(map);
    REQUIRE(lines.size() == 2);
    CHECK(lines[1].face.score == doctest::Approx(0.9F));
    CHECK(holds(lines[1].face.box, region));
    // Widened by 1.5 * 90 * 12 / 204 = 7.9, then by a third of 27.9.
    CHECK(lines[1].face.box.y == doctest::Approx(80 - 7.9 - 9.3).epsilon(0.02));
    CHECK(lines[1].face.box.h == doctest::Approx(12 + 2 * (7.9 + 9.3)).epsilon(0.02));
    CHECK(lines[1].height_px == doctest::Approx(12 + 2 * 7.9).epsilon(0.02));
    CHECK(lines[0].face.box.x == 0);
    CHECK(lines[0].face.box.y == 0);
}

TEST_CASE("the height of a tilted line is measured across it") {
    cv::Mat map = empty_map();
    cv::line(map, {60, 60}, {200, 140}, cv::Scalar(0.9), 9);
    const std::vector<TextLine> lines = text_lines(map);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].height_px < 30);
    CHECK(lines[0].face.box.h > 80);
}

TEST_CASE("a small line counts at once, a large one where the next look agrees, and what two later looks alone see counts too") {
    const auto line = [](float x, float y, float w, float h, float height) { return TextLine{{{x, y, w, h}, 0.95F}, height}; };
    const std::vector<TextLine> first{line(10, 10, 100, 20, 14), line(200, 10, 200, 80, 60), line(0, 200, 600, 150, 130)};
    const std::vector<TextLine> second{line(100, 6, 102, 40, 30), line(300, 20, 30, 20, 15), line(20, 40, 60, 40, 32), line(200, 40, 60, 40, 32)};
    const std::vector<TextLine> third{line(9, 19, 32, 22, 16)};
    const std::vector<TextLine> agreed = agreed_lines({first, second, third});
    REQUIRE(agreed.size() == 4);
    CHECK(agreed[0].face.box.x == 10);  // small
    CHECK(agreed[1].face.box.x == 200);  // large, and seen again
    CHECK(agreed[2].face.box.x == 200);  // as the second look shows it, in the first one's pixels
    CHECK(agreed[2].face.box.w == 204);
    CHECK(agreed[3].face.box.x == 40);  // the first one missed it
    CHECK(agreed[3].face.box.h == 80);
    CHECK(agreed_lines({first}).size() == 1);
}

TEST_CASE("a very large line must be borne out by looks in other sizes, in the mean") {
    const auto line = [](const Box& box, float score, float height) { return TextLine{{box, score}, height}; };
    const std::vector<TextLine> half{line({0, 0, 100, 45}, 0.9F, 45), line({0, 45, 100, 10}, 0.6F, 10)};
    CHECK(score_over(half, {0, 0, 100, 80}) == doctest::Approx(0.9F));   // the surest one covers half
    CHECK(score_over(half, {0, 0, 100, 110}) == doctest::Approx(0.6F));  // both together do
    CHECK(score_over(half, {0, 0, 100, 120}) == 0);
    std::vector<TextLine> lines{line({0, 0, 300, 150}, 0.95F, 130), line({300, 0, 300, 150}, 0.95F, 130), line({0, 200, 300, 80}, 0.95F, 60)};
    keep_borne_out(lines, {{line({0, 0, 300, 150}, 0.9F, 130), line({300, 0, 300, 150}, 0.8F, 130)}, {line({0, 0, 300, 140}, 0.5F, 130)}});
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].face.box.x == 0);      // 0.7 of two looks
    CHECK(lines[1].face.box.y == 200);    // not very large, and not asked
}

TEST_CASE("specks and weak regions are no text") {
    cv::Mat map = empty_map();
    line_on(map, {20, 20, 40, 2});
    line_on(map, {20, 60, 60, 12}, 0.35F);
    line_on(map, {20, 120, 60, 12}, 0.25F);
    CHECK(text_lines(map).empty());
    CHECK(text_lines(empty_map()).empty());
}

TEST_CASE("lines that touch become a block, apart ones do not, nor what lies on a slope") {
    const auto blocks = text_blocks({{{10, 10, 100, 20}, 0.5F}, {{10, 28, 90, 20}, 0.9F}, {{105, 12, 60, 20}, 0.6F}, {{10, 120, 80, 20}, 0.7F}});
    REQUIRE(blocks.size() == 2);
    const auto large = std::ranges::max_element(blocks, {}, [](const Face& f) { return area(f.box); });
    CHECK(large->box.x == 10);
    CHECK(large->box.w == 155);
    CHECK(large->box.h == 38);
    CHECK(large->score == 0.9F);
    CHECK(text_blocks({{{0, 0, 60, 20}, 0.9F}, {{55, 18, 60, 20}, 0.9F}}).size() == 2);
    CHECK(text_blocks({}).empty());
}

TEST_CASE("drawn words are found, from 8 pixels on, and nothing else") {
    if (!finds_text()) return;
    const std::vector<Word> words{{"Alice Miller", 20, 40, 8}, {"B-KA 4711", 150, 120, 16}, {"EXIT", 60, 300, 60}};
    const std::vector<Face> found = search(picture_with(words, 640, 360));
    for (const Word& word : words) CHECK_MESSAGE(covered(found, place_of(word)) > 0.99F, word.text);
    CHECK_MESSAGE(found.size() == words.size(), shown(found));
    for (const Face& face : found) CHECK(face.score > 0.8F);
    CHECK(search(picture_with({}, 640, 360)).empty());
}

TEST_CASE("letters that fill the picture's height are found whole") {
    if (!finds_text()) return;
    for (const Word& word : {Word{"7A", 40, 330, 280}, Word{"EXIT", 20, 300, 200}, Word{"Main", 30, 220, 120}}) {
        CAPTURE(word.text);
        CHECK(covered(search(picture_with({word}, 640, 360)), intersect(place_of(word), {0, 0, 640, 360})) > 0.95F);
    }
}

TEST_CASE("a nearly black picture and a bright panel between black bars are no text") {
    if (!finds_text()) return;
    CHECK(search(nearly_black()).empty());
    for (const int width : {120, 180, 240, 300}) CHECK_MESSAGE(search(panel_between_bars(width)).empty(), width);
}

TEST_CASE("text in a large picture is found in whichever part it lies, and across two of them") {
    if (!finds_text()) return;
    const std::vector<Word> words{{"left", 40, 60, 14}, {"Across the middle", 800, 300, 20}, {"right", 1820, 590, 14}};
    Options options;
    options.min_text_px = 6;  // as large as it is: 1920 pixels are two parts
    const std::vector<Face> found = search(picture_with(words, 1920, 640), options);
    for (const Word& word : words) CHECK_MESSAGE(covered(found, place_of(word)) > 0.99F, word.text);
}

TEST_CASE("letters that are larger than a part of a large picture are found in the whole, and small ones there are left to the parts") {
    Options options;
    options.min_text_px = 6;  // as large as it is: 3072 x 2048 are six parts
    const StreamShape shape{.width = 3072, .height = 2048, .frame_rate = 25};
    const auto found = [&](const Rect& letters) {
        return TextSearch(std::make_unique<FindsWhatIsWhole>(), options, shape).find(*grey_picture(3072, 2048, [&](double x, double y) {
            return x >= letters.x0 && x < letters.x1 && y >= letters.y0 && y < letters.y1 ? 235.0 : 16.0;
        }));
    };
    const std::vector<Face> large = found({700, 500, 2500, 1500});
    REQUIRE(large.size() == 1);
    CHECK(covered(large, {704, 504, 2496, 1496}) > 0.99F);
    const std::vector<Face> small = found({300, 300, 600, 380});
    REQUIRE(small.size() == 1);
    CHECK(small[0].box.x == doctest::Approx(300).epsilon(0.01));
}

TEST_CASE("text is found upright, whichever way the picture is stored") {
    if (!finds_text()) return;
    const Word word{"Main Street", 60, 100, 18};
    const TestPicturePtr upright = picture_with({word}, 320, 192);
    auto stored = std::make_shared<TestPicture>(layout_named("yuv420p"), 192, 320, 0);
    for (int c = 0; c < 3; ++c) {
        const auto from = component<std::uint8_t>(upright->view(), c), to = component<std::uint8_t>(stored->view(), c);
        const int w = c == 0 ? 320 : 160, h = c == 0 ? 192 : 96;
        for (int y = 0; y < h; ++y)
            for (int x = 0; x < w; ++x) *to.at(y, w - 1 - x) = *from.at(x, y);  // a quarter turn clockwise brings it back
    }
    const Rect there = place_of(word);
    CHECK(covered(search(stored, {}, 90), {there.y0, 320 - there.x1, there.y1, 320 - there.x0}) > 0.99F);
}

TEST_CASE("an engine finds text as well as another, or is refused") {
    if (!finds_text()) return;
    const TestPicturePtr picture = picture_with({{"Main Street", 60, 100, 18}}, 320, 192);
    Options opencv;
    opencv.engine = "opencv";
    std::vector<Face> found;
    try {
        found = search(picture, opencv);
    } catch (const std::runtime_error& error) {
        CHECK(std::string(error.what()).starts_with("--hide text: the engine opencv computes the text detector's network wrongly here; "));
        return;
    }
    const std::vector<Face> usual = search(picture);
    REQUIRE(usual.size() == 1);
    REQUIRE(found.size() == 1);
    CHECK(iou(usual[0].box, found[0].box) > 0.98F);
}
