#include "motion/template_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace invisiblur {
namespace {

// The longer side of the content, brought to one size.
constexpr float kContentPx = 28;
// The next scale, larger and smaller; scales in between come of the parabola through the three.
constexpr std::array<float, 3> kScales{1 / 1.04F, 1, 1.04F};
// Another scale must be better by this, or noise makes the box breathe.
constexpr double kScaleGain = 0.01;

cv::Mat mat(const GrayImage& image) {
    return {image.height, image.width, CV_8UC1, const_cast<std::uint8_t*>(image.pixels.data())};
}

/// A part of a picture at `scale` pixels for each of its own, borders repeated.
cv::Mat resampled(const GrayImage& image, float x, float y, float scale, cv::Size size) {
    const double step = 1.0 / scale;
    const cv::Matx23d map(step, 0, x + step / 2 - 0.5, 0, step, y + step / 2 - 0.5);
    cv::Mat out;
    if (scale >= 0.75F) {
        cv::warpAffine(mat(image), out, map, size, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
        return out;
    }
    // Enlarged content is shrunk by whole steps first, so that nothing between the samples is passed over.
    const int over = static_cast<int>(std::ceil(step));
    const cv::Matx23d fine(step / over, 0, x + step / over / 2 - 0.5, 0, step / over, y + step / over / 2 - 0.5);
    cv::Mat large;
    cv::warpAffine(mat(image), large, fine, {size.width * over, size.height * over}, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
    cv::resize(large, out, size, 0, 0, cv::INTER_AREA);
    return out;
}

/// Where between -0.5 and 0.5 the top of a parabola through three neighbours lies.
float top_of(float before, float at, float after) {
    const float bend = before - 2 * at + after;
    return bend < -1e-6F ? std::clamp((before - after) / (2 * bend), -0.5F, 0.5F) : 0.0F;
}

struct Peak {
    double score = 0;
    float x = 0, y = 0;
};

Peak best_place(const cv::Mat& window, const cv::Mat& content) {
    cv::Mat answer;
    cv::matchTemplate(window, content, answer, cv::TM_CCOEFF_NORMED);
    Peak peak;
    cv::Point at;
    cv::minMaxLoc(answer, nullptr, &peak.score, nullptr, &at);
    if (!std::isfinite(peak.score)) return {};
    peak.x = static_cast<float>(at.x), peak.y = static_cast<float>(at.y);
    if (at.x > 0 && at.x + 1 < answer.cols) peak.x += top_of(answer.at<float>(at.y, at.x - 1), answer.at<float>(at), answer.at<float>(at.y, at.x + 1));
    if (at.y > 0 && at.y + 1 < answer.rows) peak.y += top_of(answer.at<float>(at.y - 1, at.x), answer.at<float>(at), answer.at<float>(at.y + 1, at.x));
    return peak;
}

}  // namespace

CarriedBox find_content(const GrayImage& reference, const Box& there, const GrayImage& now, const Box& near, float reach) {
    if (there.w < 3 || there.h < 3 || near.w < 3 || near.h < 3) return {near, 0};
    const float unit = kContentPx / std::max(there.w, there.h);
    const cv::Size size(std::max(6, static_cast<int>(std::lround(there.w * unit))), std::max(6, static_cast<int>(std::lround(there.h * unit))));
    const cv::Mat content = resampled(reference, there.x, there.y, unit, size);
    cv::Scalar mean, deviation;
    cv::meanStdDev(content, mean, deviation);
    if (deviation[0] < 2) return {near, 0};  // flat: it is found anywhere
    const int around = std::max(2, static_cast<int>(std::lround(reach * kContentPx)));
    const cv::Size window(size.width + 2 * around, size.height + 2 * around);
    CarriedBox best{near, 0};
    double usual = 0;
    for (const std::size_t i : {std::size_t{1}, std::size_t{0}, std::size_t{2}}) {
        const float w = near.w * kScales[i], h = near.h * kScales[i], scale = static_cast<float>(size.width) / w;
        const float x = near.x + near.w / 2 - w / 2 - static_cast<float>(around) / scale;
        const float y = near.y + near.h / 2 - h / 2 - static_cast<float>(around) / scale;
        const Peak peak = best_place(resampled(now, x, y, scale, window), content);
        if (i == 1) usual = peak.score;
        if (peak.score <= best.confidence || (i != 1 && peak.score < usual + kScaleGain)) continue;
        best = {{x + peak.x / scale, y + peak.y / scale, w, h}, static_cast<float>(peak.score)};
    }
    return best;
}

}  // namespace invisiblur
