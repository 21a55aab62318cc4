#include "detect/network.hpp"

#include <algorithm>
#include <stdexcept>

#include <opencv2/core/utility.hpp>

#include "detect/module_network.hpp"
#include "detect/opencv_network.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur {

std::unique_ptr<Network> make_network(const Options& options, const std::string& model_path) {
    // More threads than processors do no good, and OpenCV complains about them on standard error.
    if (options.threads > 0) cv::setNumThreads(std::min(options.threads, std::max(1, cv::getNumberOfCPUs())));
    if (options.engine == "opencv") return std::make_unique<OpencvNetwork>(model_path, OpencvNetwork::Target::cpu);
    if (options.engine == "opencv-cuda") return std::make_unique<OpencvNetwork>(model_path, OpencvNetwork::Target::cuda);
    if (options.engine == "openvino" || options.engine == "onnxruntime")
        return std::make_unique<ModuleNetwork>(options.engine, model_path, options.threads);
    throw std::invalid_argument("engine: '" + options.engine + "' is none of opencv, opencv-cuda, openvino, onnxruntime");
}

}  // namespace invisiblur
