#include "still/jpeg_handles.hpp"

#include <jerror.h>

#include <cstdlib>
#include <stdexcept>

namespace invisiblur::still {
namespace {

std::string message_of(j_common_ptr info) {
    char text[JMSG_LENGTH_MAX];
    info->err->format_message(info, text);
    return text;
}

const std::string& name_of(j_common_ptr info) {
    return reinterpret_cast<const JpegErrors*>(info->err)->name;
}

[[noreturn]] void fail(j_common_ptr info) {
    throw std::runtime_error(name_of(info) + ": not a JPEG that can be worked on: " + message_of(info));
}

/// Warnings that mean lost pixels.
void warn(j_common_ptr info, int level) {
    if (level >= 0) return;
    for (const int damage : {JWRN_HIT_MARKER, JWRN_HUFF_BAD_CODE, JWRN_JPEG_EOF, JWRN_MUST_RESYNC, JWRN_ARITH_BAD_CODE, JWRN_NOT_SEQUENTIAL, JWRN_BOGUS_PROGRESSION})
        if (info->err->msg_code == damage) throw std::runtime_error(name_of(info) + ": the JPEG is damaged or cut off: " + message_of(info));
}

void say_nothing(j_common_ptr) {}

}  // namespace

JpegErrors::JpegErrors(const std::string& file) : name(file) {
    jpeg_std_error(&manager);
    manager.error_exit = fail;
    manager.emit_message = warn;
    manager.output_message = say_nothing;
}

JpegReader::JpegReader(ByteView bytes, const std::string& name) : errors_(name) {
    info_.err = &errors_.manager;
    jpeg_create_decompress(&info_);
    jpeg_mem_src(&info_, bytes.data(), static_cast<unsigned long>(bytes.size()));
}

JpegWriter::JpegWriter(const std::string& name) : errors_(name) {
    info_.err = &errors_.manager;
    jpeg_create_compress(&info_);
    jpeg_mem_dest(&info_, &buffer_, &size_);
}

JpegWriter::~JpegWriter() {
    jpeg_destroy_compress(&info_);
    std::free(buffer_);
}

}  // namespace invisiblur::still
