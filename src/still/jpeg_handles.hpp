#pragma once
#include <cstdio>  // jpeglib.h needs it

#include <jpeglib.h>

#include <string>

#include "base/bytes.hpp"

namespace invisiblur::still {

/// libjpeg's way to say what is wrong, as exceptions that begin with the file's name. Damaged data is an error; what libjpeg only finds odd is not.
struct JpegErrors {
    jpeg_error_mgr manager{};  ///< libjpeg gets its address, so it stands first
    std::string name;

    explicit JpegErrors(const std::string& file);
};

/// A decompressor over bytes in memory.
/// Owns:   itself; the bytes are borrowed and must outlive it.
/// Errors: std::runtime_error from all of libjpeg's functions.
class JpegReader {
public:
    JpegReader(ByteView bytes, const std::string& name);
    ~JpegReader() { jpeg_destroy_decompress(&info_); }
    JpegReader(const JpegReader&) = delete;
    JpegReader& operator=(const JpegReader&) = delete;

    jpeg_decompress_struct* operator->() { return &info_; }
    jpeg_decompress_struct* get() { return &info_; }

    /// How many bytes after the picture's end are left, once all of it is read.
    std::size_t bytes_left() const { return info_.src->bytes_in_buffer; }

private:
    JpegErrors errors_;
    jpeg_decompress_struct info_{};
};

/// A compressor into memory.
/// Errors: std::runtime_error from all of libjpeg's functions.
class JpegWriter {
public:
    explicit JpegWriter(const std::string& name);
    ~JpegWriter();
    JpegWriter(const JpegWriter&) = delete;
    JpegWriter& operator=(const JpegWriter&) = delete;

    jpeg_compress_struct* operator->() { return &info_; }
    jpeg_compress_struct* get() { return &info_; }

    /// What was written, after jpeg_finish_compress().
    Bytes bytes() const { return Bytes(buffer_, buffer_ + size_); }

private:
    JpegErrors errors_;
    jpeg_compress_struct info_{};
    unsigned char* buffer_ = nullptr;
    unsigned long size_ = 0;
};

}  // namespace invisiblur::still
