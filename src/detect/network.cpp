#include "detect/network.hpp"

#include <stdexcept>

#include "detect/module_network.hpp"
#include "detect/opencv_network.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur {

std::unique_ptr<Network> make_network(const Options& options, const std::string& model_path) {
    if (options.engine == "opencv") return std::make_unique<OpencvNetwork>(model_path, OpencvNetwork::Target::cpu);
    if (options.engine == "opencv-cuda") return std::make_unique<OpencvNetwork>(model_path, OpencvNetwork::Target::cuda);
    if (options.engine == "openvino" || options.engine == "onnxruntime")
        return std::make_unique<ModuleNetwork>(options.engine, model_path, options.threads);
    throw std::invalid_argument("engine: '" + options.engine + "' is none of opencv, opencv-cuda, openvino, onnxruntime");
}

}  // namespace invisiblur
