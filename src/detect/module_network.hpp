#pragma once
#include <memory>

#include "detect/engine_plugin.h"
#include "detect/network.hpp"

namespace invisiblur {

/// An engine in a module of its own, invisiblur-engines/libinvisiblur_NAME.so, which lies beside this library or in the folder of libraries
/// that belongs to this program, and is loaded when it is asked for.
class ModuleNetwork final : public Network {
public:
    /// In: name, "openvino" or "onnxruntime"; threads, 0 for as many as there are processors.
    ModuleNetwork(const std::string& name, const std::string& model_path, int threads);

    /// Whether there is such a module; it may still not load.
    static bool is_there(const std::string& name);

    std::vector<cv::Mat> run(const cv::Mat& blob) override;
    std::string engine() const override { return name_; }

private:
    struct Unload {
        void operator()(void* module) const noexcept;
    };
    void* symbol(const char* name) const;

    std::string name_;
    std::unique_ptr<void, Unload> module_;
    InvisiblurEngineRun* run_ = nullptr;
    std::unique_ptr<void, InvisiblurEngineClose*> engine_{nullptr, nullptr};
};

}  // namespace invisiblur
