#pragma once
#include <opencv2/dnn.hpp>

#include "detect/network.hpp"

namespace invisiblur {

/// OpenCV's own networks: always there.
class OpencvNetwork final : public Network {
public:
    enum class Target { cpu, cuda };

    OpencvNetwork(const std::string& model_path, Target target);

    std::vector<cv::Mat> run(const cv::Mat& blob) override;
    std::string engine() const override { return target_ == Target::cuda ? "opencv-cuda" : "opencv"; }

private:
    /// The network for one input size. OpenCV 4.6 gives wrong answers when one network sees pictures of several sizes.
    struct Sized {
        int width;
        int height;
        cv::dnn::Net net;
    };
    cv::dnn::Net& net_for(int width, int height);

    std::string model_path_;
    Target target_;
    std::vector<Sized> nets_;  ///< the one used last stands first
};

}  // namespace invisiblur
