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

/// ONNX Runtime holds a model to the sizes that its inputs and outputs are declared with, such as 10x3x32x32, although it computes any. In the
/// file's encoding (protocol buffers) a dimension is 0A 02 08 n, a known size, and one without a name is 0A 02 12 00: as long.
void free_sizes(std::string& model) {
    constexpr std::size_t kHead = 4, kDimensions = 4;
    constexpr std::string_view kFourDimensions("\x12\x16\n\x14\x08\x01\x12\x10\n\x02\x08", 11);
    std::size_t found = 0;
    for (std::size_t at = model.find(kFourDimensions); at != std::string::npos; at = model.find(kFourDimensions, at)) {
        at += kFourDimensions.size() - (kHead - 1);
        for (std::size_t i = 0; i < kDimensions; ++i, at += kHead) {
            const bool channels = i == 1;
            if (!channels) model.replace(at, kHead, std::string("\n\x02\x12\x00", kHead));
        }
        ++found;
    }
    if (found < 2) throw std::runtime_error("the model does not declare its inputs and outputs as ours do");
}

std::string read_model(const char* path) {
    std::ifstream file(path, std::ios::binary);
    std::string model{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file || model.empty()) throw std::runtime_error(std::string("cannot read the model '") + path + "'");
    free_sizes(model);
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
        read_names();
    }

    void run(const float* blob, int height, int width, InvisiblurEngineMap* maps) {
        const std::array<std::int64_t, 4> shape{1, 3, height, width};
        const std::size_t bytes = sizeof(float) * 3 * static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
        OrtValue* input = nullptr;
        check(api().CreateTensorWithDataAsOrtValue(memory_.get(), const_cast<float*>(blob), bytes, shape.data(), shape.size(),
                                                   ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &input));  // only read
        const Handle<OrtValue> owned(input, api().ReleaseValue);
        outputs_.clear();
        std::vector<OrtValue*> made(names_.size() - 1);
        std::vector<const char*> names;
        for (const std::string& name : names_) names.push_back(name.c_str());
        const OrtValue* const inputs[] = {input};
        check(api().Run(session_.get(), nullptr, names.data(), inputs, 1, names.data() + 1, made.size(), made.data()));
        for (OrtValue* value : made) outputs_.emplace_back(value, api().ReleaseValue);
        for (std::size_t i = 0; i < made.size(); ++i) maps[i] = describe(made[i]);
    }

private:
    void read_names() {
        std::size_t outputs = 0;
        check(api().SessionGetOutputCount(session_.get(), &outputs));
        if (outputs > INVISIBLUR_ENGINE_MAPS) throw std::runtime_error("the model has too many outputs");
        OrtAllocator* allocator = nullptr;
        check(api().GetAllocatorWithDefaultOptions(&allocator));
        const auto keep = [&](OrtStatus* status, char*& name) {
            check(status);
            names_.emplace_back(name);
            check(api().AllocatorFree(allocator, name));
        };
        char* name = nullptr;
        keep(api().SessionGetInputName(session_.get(), 0, allocator, &name), name);
        for (std::size_t i = 0; i < outputs; ++i) keep(api().SessionGetOutputName(session_.get(), i, allocator, &name), name);
    }

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
    std::vector<std::string> names_;         ///< of the input, then of the outputs
    std::vector<Handle<OrtValue>> outputs_;  ///< of the last run
};

}  // namespace

#include "detect/engines/engine_module.hpp"
