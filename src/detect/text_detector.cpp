#include "detect/text_detector.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include <opencv2/imgproc.hpp>

#include "base/geometry.hpp"
#include "detect/model_file.hpp"
#include "detect/network_input.hpp"
#include "detect/rgb_mat.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur {
namespace {

// What the network was trained with: mean and deviation of ImageNet's colours, of values up to 255.
constexpr std::array<double, 3> kMean{0.485 * 255, 0.456 * 255, 0.406 * 255};
constexpr std::array<double, 3> kDeviation{0.229 * 255, 0.224 * 255, 0.225 * 255};
// Liao et al.: the map is binarised at 0.3, and a region is widened by its area over its circumference, times 1.5.
constexpr double kBinary = 0.3;
constexpr float kUnclip = 1.5F;
// Below this mean a region is texture; real text of 5 pixels and more has 0.9.
constexpr float kWeakestScore = 0.4F;
// A region that is less high holds no letter: the network writes text of 4 pixels as regions of 7.
constexpr float kLeastHeight_px = 4;
// Ascenders, accents, shadows and the frames of letters lie outside of what is found.
constexpr float kGrowth = 1 / 3.0F;
// What the network gives a plainly drawn word is 0.9.
constexpr float kSureWord = 0.7F;
// The picture, its half and its quarter: letters as large as a part of the picture (1536 pixels at most) are of ordinary size in the last one.
constexpr int kLooks = 3;
// The smallest picture is shown within a frame that goes on with its border's colours, and is so large at least: alone, the network takes a face that
// fills it for one letter. The half needs none, and with one it sees letters in what its border smears.
constexpr int kLeastSide_px = 320, kFrame_px = 32;
// So small no network wants a picture.
constexpr int kLeastLength_px = 8;
// Two lines are one block where that is at most so many times as large as they are: two words on a slope are not.
constexpr float kLooseBlock = 1.4F;

cv::Mat text_input(const RgbView& picture) {
    cv::Mat input = network_input(picture);
    for (int c = 0; c < 3; ++c) {
        cv::Mat plane(input.size[2], input.size[3], CV_32F, input.ptr<float>(0, c));
        plane.convertTo(plane, CV_32F, 1 / kDeviation[c], -kMean[c] / kDeviation[c]);
    }
    return input;
}

/// The line of one region: the smallest rectangle around it at any angle, widened, and the upright one around that.
TextLine line_of(const cv::Mat& labels, const cv::Mat& map, const cv::Rect& where, int label) {
    std::vector<cv::Point> ends;  // of its rows: they have its convex hull
    double sum = 0;
    int count = 0;
    for (int y = where.y; y < where.y + where.height; ++y) {
        int first = -1, last = -1;
        for (int x = where.x; x < where.x + where.width; ++x) {
            if (labels.ptr<int>(y)[x] != label) continue;
            if (first < 0) first = x;
            last = x;
            sum += map.ptr<float>(y)[x];
            ++count;
        }
        if (first < 0) continue;
        ends.emplace_back(first, y);
        ends.emplace_back(last, y);
    }
    cv::RotatedRect line = cv::minAreaRect(ends);
    line.size += cv::Size2f(1, 1);  // from pixels' middles to their borders
    const float height = std::min(line.size.width, line.size.height);
    if (height < kLeastHeight_px) return {};
    const float widened = kUnclip * line.size.area() / (2 * (line.size.width + line.size.height));
    const float by = 2 * (widened + kGrowth * (height + 2 * widened));
    line.size += cv::Size2f(by, by);
    const cv::Rect2f box = line.boundingRect2f() & cv::Rect2f(0, 0, static_cast<float>(map.cols), static_cast<float>(map.rows));
    return {{{box.x, box.y, box.width, box.height}, static_cast<float>(sum / std::max(1, count))}, height + 2 * widened};
}

/// OpenCV 4.6 reads the network and computes it wrongly, without a word: whoever runs it must find a word on an empty board first.
/// One look must, for wrong ones may agree.
void try_out(TextDetector& detector, const std::string& engine) {
    constexpr int kWidth = 192, kHeight = 64;
    cv::Mat board(kHeight, kWidth, CV_8UC3, cv::Scalar::all(235));
    cv::putText(board, "Street", {30, 42}, cv::FONT_HERSHEY_DUPLEX, 1, cv::Scalar::all(20), 2, cv::LINE_AA);
    const std::vector<TextLine> found = detector.look({board.data, static_cast<std::ptrdiff_t>(board.step), kWidth, kHeight}, {});
    const bool right = std::any_of(found.begin(), found.end(), [](const TextLine& line) { return line.face.score >= kSureWord && line.face.box.w > kWidth / 2.0F; });
    if (!right)
        throw std::runtime_error("--hide text: the engine " + engine + " computes the text detector's network wrongly here; run scripts/setup and scripts/build for OpenVINO, or install invisiblur-openvino");
}

/// Where a picture lies in its frame, which is as wide on opposite sides.
cv::Rect frame_around(const cv::Size& size) {
    const auto room = [](int length) { return std::max(kFrame_px, (kLeastSide_px - length + 1) / 2); };
    return {room(size.width), room(size.height), size.width, size.height};
}

bool make_one_block(const Box& a, const Box& b) {
    const Box shared = intersect(a, b);
    if (shared.w <= 0 || shared.h <= 0) return false;
    return area(unite(a, b)) <= kLooseBlock * (area(a) + area(b) - area(shared));
}

}  // namespace

std::vector<TextLine> text_lines(const cv::Mat& map) {
    cv::Mat labels, stats, centres;
    const int count = cv::connectedComponentsWithStats(map > kBinary, labels, stats, centres);
    std::vector<TextLine> lines;
    for (int i = 1; i < count; ++i) {
        const int* s = stats.ptr<int>(i);
        const TextLine line = line_of(labels, map, {s[cv::CC_STAT_LEFT], s[cv::CC_STAT_TOP], s[cv::CC_STAT_WIDTH], s[cv::CC_STAT_HEIGHT]}, i);
        if (line.face.score >= kWeakestScore && line.face.box.w > 0 && line.face.box.h > 0) lines.push_back(line);
    }
    return lines;
}

std::vector<Face> text_blocks(std::vector<Face> lines) {
    for (std::size_t i = 0; i < lines.size();) {
        const auto other = std::find_if(lines.begin() + static_cast<std::ptrdiff_t>(i) + 1, lines.end(), [&](const Face& line) { return make_one_block(lines[i].box, line.box); });
        if (other == lines.end()) {
            ++i;
            continue;
        }
        other->box = unite(other->box, lines[i].box);
        other->score = std::max(other->score, lines[i].score);
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i));
        i = 0;  // a larger one may touch those that were passed
    }
    return lines;
}

std::vector<Face> TextDetector::detect(const RgbView& picture) {
    std::vector<std::vector<TextLine>> looks{look(picture, {})};
    cv::Mat seen = mat_of(picture);
    while (looks.size() < kLooks && static_cast<float>(std::min(seen.cols, seen.rows)) > kSmallText_px) {
        cv::Mat half;
        cv::resize(seen, half, {(seen.cols + 1) / 2, (seen.rows + 1) / 2}, 0, 0, cv::INTER_AREA);
        const cv::Rect inside = looks.size() + 1 == kLooks ? frame_around(half.size()) : cv::Rect(0, 0, half.cols, half.rows);
        looks.push_back(look_at(half, inside));
        seen = half;
    }
    std::vector<TextLine> lines = agreed_lines(looks);
    const Box whole{0, 0, static_cast<float>(picture.width), static_cast<float>(picture.height)};
    for (TextLine& line : lines) line.face.box = intersect(line.face.box, whole);
    if (std::ranges::any_of(lines, needs_more_looks)) keep_borne_out(lines, more_looks(picture));
    std::vector<Face> found;
    for (const TextLine& line : lines)
        if (line.face.box.w > 0 && line.face.box.h > 0) found.push_back(line.face);
    return found;
}

/// Looks in the sizes between those of the others, which have not erred yet, each with a frame and without.
std::vector<std::vector<TextLine>> TextDetector::more_looks(const RgbView& picture) {
    std::vector<std::vector<TextLine>> looks;
    const cv::Mat seen = mat_of(picture);
    for (float scale = std::numbers::sqrt2_v<float> / 2; static_cast<int>(looks.size()) < 2 * kLooks; scale /= 2) {
        const auto length = [&](int whole) { return std::max(kLeastLength_px, static_cast<int>(std::lround(scale * static_cast<float>(whole)))); };
        cv::Mat small;
        cv::resize(seen, small, {length(seen.cols), length(seen.rows)}, 0, 0, cv::INTER_AREA);
        for (const cv::Rect& inside : {cv::Rect(0, 0, small.cols, small.rows), frame_around(small.size())}) {
            looks.push_back(look_at(small, inside));
            for (TextLine& line : looks.back()) line.face.box = scaled(line.face.box, 1 / scale);
        }
    }
    return looks;
}

/// In: inside, where the picture lies in the frame that is made around it.
std::vector<TextLine> TextDetector::look_at(const cv::Mat& picture, const cv::Rect& inside) {
    cv::Mat shown;
    cv::copyMakeBorder(picture, shown, inside.y, inside.y, inside.x, inside.x, cv::BORDER_REPLICATE);
    return look(view_of(shown), inside);
}

std::vector<TextLine> TextDetector::look(const RgbView& picture, const cv::Rect& inside) {
    const std::vector<cv::Mat> maps = network_->run(text_input(picture));
    const cv::Mat whole(maps[0].size[2], maps[0].size[3], CV_32F, const_cast<float*>(maps[0].ptr<float>(0, 0)));
    std::vector<TextLine> lines = text_lines(whole(cv::Rect(0, 0, picture.width, picture.height)));
    for (TextLine& line : lines) {
        line.face.box.x -= static_cast<float>(inside.x);
        line.face.box.y -= static_cast<float>(inside.y);
    }
    return lines;
}

std::string TextDetector::name() const {
    return std::string("text sha256:") + kTextModel.sha256 + ", run by " + network_->engine();
}

std::unique_ptr<Detector> make_text_detector(const Options& options) {
    std::unique_ptr<Network> network = make_network(options, checked_model_file(options, kTextModel));
    const std::string engine = network->engine();
    auto detector = std::make_unique<TextDetector>(std::move(network));
    try_out(*detector, engine);
    return detector;
}

}  // namespace invisiblur
