#include "still/tiff_handles.hpp"

#include <cstdio>
#include <cstring>
#include <mutex>
#include <stdexcept>

namespace invisiblur::still {
namespace {

TiffMemory& memory_of(thandle_t handle) {
    return *static_cast<TiffMemory*>(handle);
}

tmsize_t read(thandle_t handle, void* to, tmsize_t size) {
    TiffMemory& memory = memory_of(handle);
    const std::size_t left = memory.bytes.size() - std::min(memory.at, memory.bytes.size());
    const std::size_t count = std::min(left, static_cast<std::size_t>(size));
    if (count > 0) std::memcpy(to, memory.bytes.data() + memory.at, count);
    memory.at += count;
    return static_cast<tmsize_t>(count);
}

tmsize_t write(thandle_t handle, void* from, tmsize_t size) {
    TiffMemory& memory = memory_of(handle);
    const std::size_t end = memory.at + static_cast<std::size_t>(size);
    if (memory.bytes.size() < end) memory.bytes.resize(end);
    std::memcpy(memory.bytes.data() + memory.at, from, static_cast<std::size_t>(size));
    memory.at = end;
    return size;
}

toff_t seek(thandle_t handle, toff_t offset, int whence) {
    TiffMemory& memory = memory_of(handle);
    const toff_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? memory.at : memory.bytes.size();
    return memory.at = static_cast<std::size_t>(from + offset);
}

int close(thandle_t) {
    return 0;
}

toff_t size_of(thandle_t handle) {
    return memory_of(handle).bytes.size();
}

}  // namespace

TiffPtr open_memory(TiffMemory& memory, const char* mode, const std::string& name) {
    static std::once_flag quiet;
    std::call_once(quiet, [] {
        TIFFSetErrorHandler(nullptr);  // what matters is in the answers
        TIFFSetWarningHandler(nullptr);
    });
    TiffPtr tiff(TIFFClientOpen(name.c_str(), mode, &memory, read, write, seek, close, size_of, nullptr, nullptr));
    if (!tiff) throw std::runtime_error(name + ": not a TIFF that can be worked on");
    return tiff;
}

}  // namespace invisiblur::still
