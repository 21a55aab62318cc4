#include "detect/face_descriptor.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <opencv2/dnn.hpp>

#include "detect/model_file.hpp"
#include "detect/rgb_mat.hpp"

namespace invisiblur {

double distance(const FaceDescriptor& a, const FaceDescriptor& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i] - b[i]) * static_cast<double>(a[i] - b[i]);
    return std::sqrt(sum);
}

FaceDescriber::FaceDescriber(const Options& options) : network_(make_network(options, checked_model_file(options, kDescriptorModel))) {}

FaceDescriptor FaceDescriber::describe(const RgbView& chip) {
    if (chip.width != kChipPx || chip.height != kChipPx) throw std::logic_error("a face's chip has another size than its network");
    const std::vector<cv::Mat> out = network_->run(cv::dnn::blobFromImage(mat_of(chip)));
    FaceDescriptor descriptor{};
    if (out.size() != 1 || out[0].total() != descriptor.size()) throw std::runtime_error("the network that describes faces gave something else");
    std::copy_n(out[0].ptr<float>(), descriptor.size(), descriptor.begin());
    return descriptor;
}

}  // namespace invisiblur
