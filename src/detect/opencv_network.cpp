#include "detect/opencv_network.hpp"

#include <algorithm>
#include <stdexcept>

#include "detect/detection_size.hpp"

namespace invisiblur {
namespace {

// The whole picture, redetection's regions, and one to spare; each holds the network's weights and buffers.
constexpr std::size_t kMostSizes = 3;

}  // namespace

OpencvNetwork::OpencvNetwork(const std::string& model_path, Target target) : model_path_(model_path), target_(target) {
    if (target == Target::cuda && cv::dnn::getAvailableTargets(cv::dnn::DNN_BACKEND_CUDA).empty())
        throw std::runtime_error("--engine opencv-cuda: this machine's OpenCV has no CUDA target; leave --engine out");
    net_for(kNetworkGridPx, kNetworkGridPx);
}

cv::dnn::Net& OpencvNetwork::net_for(int width, int height) {
    const auto fits = [&](const Sized& sized) { return sized.width == width && sized.height == height; };
    const auto known = std::find_if(nets_.begin(), nets_.end(), fits);
    if (known != nets_.end()) {
        std::rotate(nets_.begin(), known, known + 1);
        return nets_.front().net;
    }
    cv::dnn::Net net;
    try {
        net = cv::dnn::readNetFromONNX(model_path_);
        const bool cuda = target_ == Target::cuda;
        net.setPreferableBackend(cuda ? cv::dnn::DNN_BACKEND_CUDA : cv::dnn::DNN_BACKEND_OPENCV);
        if (cuda) net.setPreferableTarget(cv::dnn::DNN_TARGET_CUDA);
    } catch (const cv::Exception& error) {
        throw std::runtime_error("cannot read the model '" + model_path_ + "': " + error.what());
    }
    if (nets_.size() >= kMostSizes) nets_.pop_back();
    nets_.insert(nets_.begin(), Sized{width, height, net});
    return nets_.front().net;
}

std::vector<cv::Mat> OpencvNetwork::run(const cv::Mat& blob) {
    cv::dnn::Net& net = net_for(blob.size[3], blob.size[2]);
    std::vector<cv::Mat> maps;
    try {
        net.setInput(blob);
        net.forward(maps, net.getUnconnectedOutLayersNames());
    } catch (const cv::Exception& error) {
        throw std::runtime_error(std::string("the face detector failed: ") + error.what());
    }
    return maps;
}

}  // namespace invisiblur
