#include <onnxruntime_c_api.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "detect/engine_plugin.h"

namespace {

const OrtApi& api() {
    static const OrtApi* const table = OrtGetApiBase()->GetApi(ORT_API_VERSION);
    if (table == nullptr) throw std::runtime_error("this ONNX Runtime is older than the one that the module was built for");
    return *table;
}

void check(OrtStatus* status) {
    if (status == nullptr) return;
    const std::string sentence = api().GetErrorMessage(status);
    api().ReleaseStatus(status);
    throw std::runtime_error(sentence);
}

/// ONNX Runtime holds the model to the sizes that its inputs and outputs are declared with, 10x3x32x32, although it computes any. In the
/// file's encoding (protocol buffers) a dimension is 0A 02 08 n, a known size, and one without a name is 0A 02 12 00: as long.
void free_sizes(std::string& model, std::string_view name) {
    constexpr std::size_t kHead = 4, kDimension = 4, kDimensions = 4;
    const std::string declared = std::string{'\n', static_cast<char>(name.size())} + std::string(name) + std::string("\x12\x16\n\x14\x08\x01\x12\x10", 8);
    std::size_t at = model.rfind(declared);
    if (at == std::string::npos) throw std::runtime_error("the model does not declare " + std::string(name) + " as CenterFace does");
    at += declared.size();
    for (std::size_t i = 0; i < kDimensions; ++i, at += kDimension) {
        const bool channels = i == 1;
        if (!channels) model.replace(at, kHead, std::string("\n\x02\x12\x00", 4));
    }
}

std::string read_model(const char* path) {
    std::ifstream file(path, std::ios::binary);
    std::string model{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file || model.empty()) throw std::runtime_error(std::string("cannot read the model '") + path + "'");
    for (const char* name : {"input.1", "537", "538", "539", "540"}) free_sizes(model, name);
    return model;
}

template <class T>
using Release = void(ORT_API_CALL*)(T*);

template <class T>
using Handle = std::unique_ptr<T, Release<T>>;

/// The network as ONNX Runtime runs it on the processor.
class Engine {
public:
    Engine(const char* model_path, int threads) {
        const std::string model = read_model(model_path);
        OrtEnv* env = nullptr;
        check(api().CreateEnv(ORT_LOGGING_LEVEL_ERROR, "invisiblur", &env));
        env_ = {env, api().ReleaseEnv};
        OrtSessionOptions* settings = nullptr;
        check(api().CreateSessionOptions(&settings));
        const Handle<OrtSessionOptions> owned(settings, api().ReleaseSessionOptions);
        if (threads > 0) check(api().SetIntraOpNumThreads(settings, threads));
        OrtSession* session = nullptr;
        check(api().CreateSessionFromArray(env, model.data(), model.size(), settings, &session));
        session_ = {session, api().ReleaseSession};
        OrtMemoryInfo* memory = nullptr;
        check(api().CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
        memory_ = {memory, api().ReleaseMemoryInfo};
    }

    void run(const float* blob, int height, int width, InvisiblurEngineMap* maps) {
        constexpr std::array<const char*, 1> kInputs{"input.1"};
        constexpr std::array<const char*, INVISIBLUR_ENGINE_MAPS> kOutputs{"537", "538", "539", "540"};
        const std::array<std::int64_t, 4> shape{1, 3, height, width};
        const std::size_t bytes = sizeof(float) * 3 * static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
        OrtValue* input = nullptr;
        check(api().CreateTensorWithDataAsOrtValue(memory_.get(), const_cast<float*>(blob), bytes, shape.data(), shape.size(),
                                                   ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &input));  // only read
        const Handle<OrtValue> owned(input, api().ReleaseValue);
        outputs_.clear();
        std::array<OrtValue*, INVISIBLUR_ENGINE_MAPS> made{};
        const OrtValue* const inputs[] = {input};
        check(api().Run(session_.get(), nullptr, kInputs.data(), inputs, 1, kOutputs.data(), kOutputs.size(), made.data()));
        for (OrtValue* value : made) outputs_.emplace_back(value, api().ReleaseValue);
        for (std::size_t i = 0; i < made.size(); ++i) maps[i] = describe(made[i]);
    }

private:
    static InvisiblurEngineMap describe(OrtValue* value) {
        OrtTensorTypeAndShapeInfo* info = nullptr;
        check(api().GetTensorTypeAndShape(value, &info));
        const Handle<OrtTensorTypeAndShapeInfo> owned(info, api().ReleaseTensorTypeAndShapeInfo);
        std::array<std::int64_t, 4> sizes{};
        check(api().GetDimensions(info, sizes.data(), sizes.size()));
        void* data = nullptr;
        check(api().GetTensorMutableData(value, &data));
        return {static_cast<const float*>(data), static_cast<int>(sizes[1]), static_cast<int>(sizes[2]), static_cast<int>(sizes[3])};
    }

    Handle<OrtEnv> env_{nullptr, nullptr};
    Handle<OrtSession> session_{nullptr, nullptr};
    Handle<OrtMemoryInfo> memory_{nullptr, nullptr};
    std::vector<Handle<OrtValue>> outputs_;  ///< of the last run
};

}  // namespace

#include "detect/engines/engine_module.hpp"
