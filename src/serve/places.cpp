#include "serve/places.hpp"

#include <stdexcept>

namespace invisiblur::serve {

namespace fs = std::filesystem;

Places::Places(fs::path data) : data_(std::move(data)) {
    for (const fs::path& folder : {data_, uploads(), jobs()}) {
        std::error_code failed;
        if (fs::create_directories(folder, failed) && !failed) fs::permissions(folder, fs::perms::owner_all, failed);
        if (failed) throw std::runtime_error("cannot make the folder " + folder.string() + ": " + failed.message() + "; give another --data FOLDER");
    }
}

}  // namespace invisiblur::serve
