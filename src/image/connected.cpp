#include "image/connected.hpp"

#include <opencv2/imgproc.hpp>

namespace invisiblur {

ConnectedComponents::ConnectedComponents(std::span<const std::uint8_t> belongs, int width, int height) : labels_(belongs.size()) {
    sizes_.resize(1);
    if (belongs.empty()) return;
    // OpenCV only reads what it is given here.
    const cv::Mat map(height, width, CV_8U, const_cast<std::uint8_t*>(belongs.data()));
    cv::Mat labels(height, width, CV_32S, labels_.data());
    sizes_.resize(static_cast<std::size_t>(cv::connectedComponents(map, labels, 4, CV_32S)));
    for (std::size_t i = 0; i < labels_.size(); ++i) ++sizes_[label(i)];
}

std::vector<std::uint8_t> connected_to(std::span<const std::uint8_t> seeds, std::span<const std::uint8_t> belongs, int width, int height) {
    const ConnectedComponents components(belongs, width, height);
    std::vector<std::uint8_t> wanted(components.sizes().size(), 0), found(belongs.size());
    for (std::size_t i = 0; i < found.size(); ++i) wanted[components.label(i)] |= seeds[i] != 0;
    wanted[0] = 0;
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = wanted[components.label(i)];
    return found;
}

}  // namespace invisiblur
