#include "support/writing.hpp"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "support/pictures.hpp"

namespace invisiblur::test {
namespace {

constexpr int kFont = cv::FONT_HERSHEY_DUPLEX;

double scale_of(const Word& word) {
    int ignored = 0;
    return static_cast<double>(word.cap_px) / cv::getTextSize("H", kFont, 1, 1, &ignored).height;
}

int stroke_of(const Word& word) {
    return std::max(1, word.cap_px / 8);
}

}  // namespace

Rect place_of(const Word& word) {
    int below = 0;
    const cv::Size size = cv::getTextSize(word.text, kFont, scale_of(word), stroke_of(word), &below);
    return {word.x, word.y - size.height, word.x + size.width, word.y + below / 2};
}

void write_word(const ImageView& picture, const Word& word) {
    const Rect place = place_of(word);
    const int room = word.cap_px / 2;
    const Rect board = intersect(grow(place, room, room), picture.bounds());
    paint(picture, board, 128);
    cv::Mat letters(picture.height, picture.width, CV_8U, cv::Scalar(235));
    cv::putText(letters, word.text, {word.x, word.y}, kFont, scale_of(word), cv::Scalar(20), stroke_of(word), cv::LINE_AA);
    const auto luma = component<std::uint8_t>(picture, 0);
    for (int y = board.y0; y < board.y1; ++y)
        for (int x = board.x0; x < board.x1; ++x) *luma.at(x, y) = letters.ptr<std::uint8_t>(y)[x];
}

}  // namespace invisiblur::test
