#include "detect/model_file.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "av/sha256.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur {
namespace fs = std::filesystem;

std::string code_folder() {
    Dl_info info{};
    std::error_code ignored;
    // In a static program dladdr gives the program's argv[0], which may be relative to a folder left since; the link is sure then.
    if (dladdr(reinterpret_cast<const void*>(&code_folder), &info) != 0 && info.dli_fname != nullptr) {
        const fs::path path(info.dli_fname);
        if (path.is_absolute() && fs::exists(path, ignored)) return fs::weakly_canonical(path, ignored).parent_path().string();
    }
    return fs::read_symlink("/proc/self/exe", ignored).parent_path().string();
}

namespace {

std::vector<fs::path> installed_places() {
    const fs::path here = code_folder();
    std::vector<fs::path> places;
    for (const char* up : {"../share", "../../share", "../../../share"}) {  // bin/, lib/ARCH/ and lib/frei0r-1/ all find it
        places.push_back((here / up / "invisiblur" / "centerface.onnx").lexically_normal());
    }
#ifdef INVISIBLUR_MODEL_DIR
    places.push_back(fs::path(INVISIBLUR_MODEL_DIR) / "centerface.onnx");
#endif
    return places;
}

std::string model_file(const Options& options) {
    if (!options.model.empty()) return options.model;
    if (const char* named = std::getenv("INVISIBLUR_MODEL"); named != nullptr && *named != '\0') return named;
    std::string tried;
    for (const fs::path& place : installed_places()) {
        std::error_code ignored;
        if (fs::exists(place, ignored)) return place.string();
        tried += (tried.empty() ? "" : ", ") + place.string();
    }
    throw std::runtime_error("cannot find the face detector's model centerface.onnx (looked for " + tried +
                             "); run scripts/setup or name it with --model");
}

}  // namespace

std::string checked_model_file(const Options& options) {
    const std::string path = model_file(options);
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) {
        throw std::runtime_error("cannot read the model '" + path + "': there is no such file; run scripts/setup or name it with --model");
    }
    const std::string found = av::sha256_file(path);
    if (found != kCenterfaceSha256) {
        throw std::runtime_error("refusing the model '" + path + "': its SHA-256 is " + found + ", not " + kCenterfaceSha256 +
                                 "; run scripts/setup to get the right one");
    }
    return path;
}

}  // namespace invisiblur
