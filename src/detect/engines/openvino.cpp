#include <algorithm>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include <openvino/op/parameter.hpp>
#include <openvino/op/relu.hpp>
#include <openvino/op/result.hpp>
#include <openvino/openvino.hpp>

#include "detect/engine_plugin.h"

namespace {

/// One thread, whatever --threads says: what the program does else goes on beside it, and no division of the work changes a last digit. Not
/// bound to one processor: --threads has bound the whole program. Other precisions would give other answers than the other engines.
ov::AnyMap settings() {
    return {ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY), ov::hint::inference_precision(ov::element::f32),
            ov::hint::enable_cpu_pinning(false), ov::inference_num_threads(1)};
}

/// Finds out on one value whether this machine's processor will do, before anything depends on it.
void try_out(ov::Core& core) {
    const auto in = std::make_shared<ov::op::v0::Parameter>(ov::element::f32, ov::Shape{1});
    const auto out = std::make_shared<ov::op::v0::Result>(std::make_shared<ov::op::v0::Relu>(in));
    const auto model = std::make_shared<ov::Model>(ov::ResultVector{out}, ov::ParameterVector{in});
    ov::InferRequest request = core.compile_model(model, "CPU", settings()).create_infer_request();
    float value = -1;
    request.set_input_tensor(ov::Tensor(ov::element::f32, ov::Shape{1}, &value));
    request.infer();
    if (*request.get_output_tensor().data<float>() != 0) throw std::runtime_error("OpenVINO computes wrongly on this processor");
}

/// One for all networks, which share the weights that they have in common in it; gone with the last of them.
std::shared_ptr<ov::Core> shared_core() {
    static std::mutex mutex;
    static std::weak_ptr<ov::Core> known;
    const std::lock_guard lock(mutex);
    if (auto core = known.lock()) return core;
    auto core = std::make_shared<ov::Core>();
    try_out(*core);
    known = core;
    return core;
}

/// The network as OpenVINO runs it on the processor: compiled once for each size of picture.
class Engine {
public:
    Engine(const char* model_path, int /*threads*/) : core_(shared_core()), model_(core_->read_model(model_path)) {
        if (model_->outputs().size() > INVISIBLUR_ENGINE_MAPS) throw std::runtime_error("the model has too many outputs");
    }

    void run(const float* blob, int height, int width, InvisiblurEngineMap* maps) {
        ov::InferRequest& request = request_for(height, width);
        const ov::Shape shape{1, 3, static_cast<std::size_t>(height), static_cast<std::size_t>(width)};
        request.set_input_tensor(ov::Tensor(ov::element::f32, shape, const_cast<float*>(blob)));  // only read
        request.infer();
        for (std::size_t i = 0; i < model_->outputs().size(); ++i) {
            const ov::Tensor tensor = request.get_output_tensor(i);
            const ov::Shape sizes = tensor.get_shape();
            maps[i] = {static_cast<const float*>(tensor.data()), static_cast<int>(sizes.at(1)), static_cast<int>(sizes.at(2)), static_cast<int>(sizes.at(3))};
        }
    }

private:
    struct Sized {
        int height, width;
        ov::InferRequest request;
    };

    ov::InferRequest& request_for(int height, int width) {
        constexpr std::size_t kMostSizes = 3;
        const auto known = std::find_if(sized_.begin(), sized_.end(), [&](const Sized& s) { return s.height == height && s.width == width; });
        if (known != sized_.end()) {
            std::rotate(sized_.begin(), known, known + 1);
            return sized_.front().request;
        }
        const std::shared_ptr<ov::Model> model = model_->clone();
        model->reshape(ov::PartialShape{1, 3, height, width});
        if (sized_.size() >= kMostSizes) sized_.pop_back();
        sized_.insert(sized_.begin(), Sized{height, width, core_->compile_model(model, "CPU", settings()).create_infer_request()});
        return sized_.front().request;
    }

    std::shared_ptr<ov::Core> core_;
    std::shared_ptr<ov::Model> model_;
    std::vector<Sized> sized_;  ///< the one used last stands first
};

}  // namespace

#include "detect/engines/engine_module.hpp"
