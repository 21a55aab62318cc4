#include <algorithm>
#include <memory>
#include <vector>

#include <openvino/openvino.hpp>

#include "detect/engine_plugin.h"

namespace {

/// The network as OpenVINO runs it on the processor: compiled once for each size of picture.
class Engine {
public:
    Engine(const char* model_path, int threads) : threads_(threads), model_(core_.read_model(model_path)) {}

    void run(const float* blob, int height, int width, InvisiblurEngineMap* maps) {
        ov::InferRequest& request = request_for(height, width);
        const ov::Shape shape{1, 3, static_cast<std::size_t>(height), static_cast<std::size_t>(width)};
        request.set_input_tensor(ov::Tensor(ov::element::f32, shape, const_cast<float*>(blob)));  // only read
        request.infer();
        for (std::size_t i = 0; i < INVISIBLUR_ENGINE_MAPS; ++i) {
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
        // Other precisions would give other answers than the other engines.
        ov::AnyMap settings{ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY), ov::hint::inference_precision(ov::element::f32)};
        if (threads_ > 0) settings.insert(ov::inference_num_threads(threads_));
        if (sized_.size() >= kMostSizes) sized_.pop_back();
        sized_.insert(sized_.begin(), Sized{height, width, core_.compile_model(model, "CPU", settings).create_infer_request()});
        return sized_.front().request;
    }

    int threads_;
    ov::Core core_;
    std::shared_ptr<ov::Model> model_;
    std::vector<Sized> sized_;  ///< the one used last stands first
};

}  // namespace

#include "detect/engines/engine_module.hpp"
