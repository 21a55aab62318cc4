#include "motion/forward_backward_flow.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <opencv2/video/tracking.hpp>

namespace invisiblur {

std::vector<float> forward_backward(const cv::Mat& a, const cv::Mat& b, const std::vector<cv::Point2f>& start, std::vector<cv::Point2f>& there,
                                  const LucasKanade& how) {
    std::vector<float> misses(start.size(), -1.0F), error;
    if (start.empty()) return misses;
    const cv::Size window(how.window_px, how.window_px);
    std::vector<cv::Mat> pyramid_a, pyramid_b;
    const int levels = std::min(cv::buildOpticalFlowPyramid(a, pyramid_a, window, how.levels), cv::buildOpticalFlowPyramid(b, pyramid_b, window, how.levels));
    std::vector<std::uint8_t> found, found_back;
    cv::calcOpticalFlowPyrLK(pyramid_a, pyramid_b, start, there, found, error, window, levels, how.enough, cv::OPTFLOW_USE_INITIAL_FLOW, how.least_eigenvalue);
    // Only what was found goes back.
    std::vector<std::size_t> which;
    std::vector<cv::Point2f> ends, back;
    for (std::size_t i = 0; i < start.size(); ++i) {
        if (!found[i]) continue;
        which.push_back(i);
        ends.push_back(there[i]);
        back.push_back(start[i]);
    }
    if (which.empty()) return misses;
    cv::calcOpticalFlowPyrLK(pyramid_b, pyramid_a, ends, back, found_back, error, window, levels, how.enough, cv::OPTFLOW_USE_INITIAL_FLOW,
                             how.least_eigenvalue);
    for (std::size_t k = 0; k < which.size(); ++k) {
        const cv::Point2f miss = back[k] - start[which[k]];
        if (found_back[k]) misses[which[k]] = std::hypot(miss.x, miss.y);
    }
    return misses;
}

}  // namespace invisiblur
