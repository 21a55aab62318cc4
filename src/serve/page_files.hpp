#pragma once
#include <span>
#include <string_view>

namespace invisiblur::serve {

/// A file of the folder web/, which the build puts into the program.
struct PageFile {
    std::string_view name;  ///< "index.html"
    std::string_view type;  ///< "text/html; charset=utf-8"
    std::string_view content;
};

std::span<const PageFile> page_files();

}  // namespace invisiblur::serve
