#include "detect/model_file.hpp"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "base/sha256.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur {
namespace fs = std::filesystem;

std::string code_folder() {
    // The kernel's own list of mapped files: whole paths, whatever a relative LD_LIBRARY_PATH or argv[0] said.
    const auto here = reinterpret_cast<std::uintptr_t>(&code_folder);
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t begin = 0, end = 0;
        char dash = 0;
        std::istringstream(line) >> std::hex >> begin >> dash >> end;
        const std::size_t path = line.find('/');
        if (here >= begin && here < end && path != std::string::npos) return fs::path(line.substr(path)).parent_path().string();
    }
    std::error_code ignored;
    return fs::read_symlink("/proc/self/exe", ignored).parent_path().string();
}

namespace {

std::vector<fs::path> installed_places(const char* name) {
    const fs::path here = code_folder();
    std::vector<fs::path> places{here / name};  // a module that brings it along
    for (const char* up : {"../share", "../../share", "../../../share"}) {  // bin/, lib/ARCH/ and lib/frei0r-1/ all find it
        places.push_back((here / up / "invisiblur" / name).lexically_normal());
    }
#ifdef INVISIBLUR_MODEL_DIR
    places.push_back(fs::path(INVISIBLUR_MODEL_DIR) / name);
#endif
    return places;
}

/// Whether --model names this one: it is the detector's.
bool is_of_detector(const Options& options, const ModelFile& model) {
    const std::string_view detector = options.detector, name = model.name;
    const bool both = detector == "cascade";
    return (name == kCenterfaceModel.name && (both || detector == "centerface")) || (name == kYunetModel.name && (both || detector == "yunet"));
}

std::string model_file(const Options& options, const ModelFile& model) {
    const auto beside = [&](const fs::path& centerface) { return &model == &kCenterfaceModel ? centerface.string() : (centerface.parent_path() / model.name).string(); };
    if (!options.model.empty() && is_of_detector(options, model)) return options.detector == "cascade" ? beside(options.model) : options.model;
    if (const char* named = std::getenv("INVISIBLUR_MODEL"); named != nullptr && *named != '\0') return beside(named);
    std::string tried;
    for (const fs::path& place : installed_places(model.name)) {
        std::error_code ignored;
        if (fs::exists(place, ignored)) return place.string();
        tried += (tried.empty() ? "" : ", ") + place.string();
    }
    throw std::runtime_error(std::string("cannot find ") + model.what + " " + model.name + " (looked for " + tried + "); " + model.remedy);
}

}  // namespace

std::string checked_model_file(const Options& options, const ModelFile& model) {
    const std::string path = model_file(options, model);
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) {
        throw std::runtime_error("cannot read the model '" + path + "': there is no such file; " + model.remedy);
    }
    const std::string found = sha256_file(path);
    if (found != model.sha256) {
        throw std::runtime_error("refusing the model '" + path + "': its SHA-256 is " + found + ", not " + model.sha256 +
                                 "; run scripts/setup to get the right one");
    }
    return path;
}

}  // namespace invisiblur
