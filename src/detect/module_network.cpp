#include "detect/module_network.hpp"

#include <dlfcn.h>

#include <array>
#include <filesystem>
#include <stdexcept>

#include "detect/model_file.hpp"

namespace invisiblur {
namespace {

constexpr std::size_t kSentence = 400;

/// Where a module may lie, as seen from the folder of this library or program: beside a library; beside bin/ and lib/frei0r-1/, also where
/// a distribution has a folder of libraries for each architecture.
std::vector<std::filesystem::path> places(const std::string& name) {
    const std::filesystem::path here = code_folder();
    std::vector<std::filesystem::path> found;
    for (const char* const up : {".", "..", "../lib", "../" INVISIBLUR_LIBDIR, "../../" INVISIBLUR_LIBDIR}) {
        const std::filesystem::path place = (here / up / "invisiblur-engines" / ("libinvisiblur_" + name + ".so")).lexically_normal();
        std::error_code ignored;
        if (std::filesystem::exists(place, ignored)) found.push_back(place);
    }
    return found;
}

/// It stays for the rest of the program: its libraries have threads that may still be ending when the last network is gone.
void* load(const std::string& name) {
    std::string why;
    for (const std::filesystem::path& place : places(name)) {
        if (void* module = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)) return module;
        why = dlerror();
    }
    if (!why.empty()) throw std::runtime_error("--engine " + name + ": cannot load its module: " + why);
    const std::string how = name == "openvino" ? "run scripts/setup and scripts/build, or " : "";
    throw std::runtime_error("--engine " + name + ": this build does not have it; " + how + "leave --engine out");
}

}  // namespace

bool ModuleNetwork::is_there(const std::string& name) {
    return !places(name).empty();
}

void ModuleNetwork::Unload::operator()(void* module) const noexcept {
    dlclose(module);
}

ModuleNetwork::ModuleNetwork(const std::string& name, const std::string& model_path, int threads) : name_(name), module_(load(name)) {
    const auto open = reinterpret_cast<InvisiblurEngineOpen*>(symbol("invisiblur_engine_open"));
    run_ = reinterpret_cast<InvisiblurEngineRun*>(symbol("invisiblur_engine_run"));
    const auto close = reinterpret_cast<InvisiblurEngineClose*>(symbol("invisiblur_engine_close"));
    std::array<char, kSentence> error{};
    engine_ = {open(model_path.c_str(), threads, error.data(), error.size()), close};
    if (!engine_) throw std::runtime_error("--engine " + name_ + ": " + error.data());
}

void* ModuleNetwork::symbol(const char* name) const {
    if (void* found = dlsym(module_.get(), name)) return found;
    throw std::runtime_error("--engine " + name_ + ": its module is of another version; build it anew");
}

std::vector<cv::Mat> ModuleNetwork::run(const cv::Mat& blob) {
    std::array<InvisiblurEngineMap, INVISIBLUR_ENGINE_MAPS> maps{};
    std::array<char, kSentence> error{};
    if (run_(engine_.get(), blob.ptr<float>(), blob.size[2], blob.size[3], maps.data(), error.data(), error.size()) != 0)
        throw std::runtime_error("the face detector failed in " + name_ + ": " + error.data());
    std::vector<cv::Mat> out;
    for (const InvisiblurEngineMap& map : maps) {
        if (map.data == nullptr) break;
        const std::array<int, 4> sizes{1, map.channels, map.height, map.width};
        out.emplace_back(4, sizes.data(), CV_32F, const_cast<float*>(map.data));  // OpenCV's header type is not const; nobody writes
    }
    return out;
}

}  // namespace invisiblur
