#pragma once
#include <vector>

#include <opencv2/core.hpp>

namespace invisiblur {

/// How points are followed. Units: pixels of the pictures.
struct LucasKanade {
    int window_px = 15;
    int levels = 3;  ///< of the pyramid, above the picture itself
    cv::TermCriteria enough;
    double least_eigenvalue = 1e-4;  ///< of a window's gradients, below which a point cannot be followed
};

/// Follows points from one picture to another and back again; each picture's pyramid is built once for both ways.
/// Method:  Bouguet, Pyramidal implementation of the Lucas Kanade feature tracker, with the forward-backward check of Kalal et al., ICPR 2010.
/// In:      there, where each point is expected in `b`.
/// Out:     there, where it was found, and how far from its start the way back ended; a negative miss where either way was lost.
/// Threads: safe.
std::vector<float> forward_backward(const cv::Mat& a, const cv::Mat& b, const std::vector<cv::Point2f>& start, std::vector<cv::Point2f>& there,
                                  const LucasKanade& how);

}  // namespace invisiblur
