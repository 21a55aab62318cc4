#include "detect/network.hpp"

#include <atomic>
#include <stdexcept>

#include "detect/engine_note.hpp"
#include "detect/module_network.hpp"
#include "detect/opencv_network.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur {
namespace {

/// Null where OpenVINO's module is not there or fails. One that failed is not tried again.
std::unique_ptr<Network> openvino_if_it_runs(const std::string& model_path, int threads) {
    static std::atomic<bool> failed = false;
    if (failed || !ModuleNetwork::is_there("openvino")) return nullptr;
    try {
        return std::make_unique<ModuleNetwork>("openvino", model_path, threads);
    } catch (const std::runtime_error& error) {
        if (!failed.exchange(true)) leave_engine_note(std::string(error.what()) + "; OpenCV runs the network instead");
        return nullptr;
    }
}

}  // namespace

std::unique_ptr<Network> make_network(const Options& options, const std::string& model_path) {
    if (options.engine == "auto") {
        if (auto network = openvino_if_it_runs(model_path, options.threads)) return network;
    }
    if (options.engine == "auto" || options.engine == "opencv") return std::make_unique<OpencvNetwork>(model_path, OpencvNetwork::Target::cpu);
    if (options.engine == "opencv-cuda") return std::make_unique<OpencvNetwork>(model_path, OpencvNetwork::Target::cuda);
    if (options.engine == "openvino" || options.engine == "onnxruntime")
        return std::make_unique<ModuleNetwork>(options.engine, model_path, options.threads);
    throw std::invalid_argument("engine: '" + options.engine + "' is none of auto, opencv, openvino, onnxruntime, opencv-cuda");
}

}  // namespace invisiblur
