#pragma once
#include <tiffio.h>

#include <memory>
#include <string>

#include "base/bytes.hpp"

namespace invisiblur::still {

/// A file in memory, as libtiff's callbacks see it. It grows when it is written to.
/// Owns: its bytes.
struct TiffMemory {
    Bytes bytes;
    std::size_t at = 0;
};

struct TiffClose {
    void operator()(TIFF* tiff) const noexcept { TIFFClose(tiff); }
};
using TiffPtr = std::unique_ptr<TIFF, TiffClose>;

/// Opens the memory in libtiff's mode: "rm", "wl", "wb".
/// Owns:   the memory is borrowed and must outlive the handle.
/// Errors: std::runtime_error that begins with the name.
TiffPtr open_memory(TiffMemory& memory, const char* mode, const std::string& name);

}  // namespace invisiblur::still
