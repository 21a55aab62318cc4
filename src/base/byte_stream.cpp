#include "base/byte_stream.hpp"

#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "invisiblur/invisiblur.h"

namespace invisiblur {
namespace {

constexpr std::size_t kBuffer = 1 << 20;
constexpr std::string_view kEnd = "end of file\n";

std::string first_line(std::string_view kind) {
    return "invisiblur " + std::string(kind) + '\n';
}

}  // namespace

ByteWriter::ByteWriter(PendingFile& file, std::string_view kind) : file_(file) {
    const std::string line = first_line(kind);
    bytes(line.data(), line.size());
    put_text(invisiblur_version());
}

void ByteWriter::put_text(std::string_view text) {
    put<std::uint64_t>(text.size());
    bytes(text.data(), text.size());
}

void ByteWriter::bytes(const void* data, std::size_t size) {
    if (size > 0) buffer_.append(static_cast<const char*>(data), size);
    if (buffer_.size() < kBuffer) return;
    file_.write(buffer_);
    buffer_.clear();
}

void ByteWriter::finish() {
    buffer_ += kEnd;
    file_.write(buffer_);
    file_.finish();
}

ByteReader::ByteReader(const std::string& path, std::string_view kind) : path_(path), file_(path, std::ios::binary) {
    std::error_code failed;
    left_ = std::filesystem::file_size(path, failed);
    if (!file_ || failed) throw std::runtime_error("cannot read " + path + ": " + std::strerror(errno));
    const std::string wanted = first_line(kind);
    std::string line(wanted.size(), '\0');
    if (left_ < line.size() || !file_.read(line.data(), static_cast<std::streamsize>(line.size())) || line != wanted)
        throw std::runtime_error(path + " is no file of the kind that is wanted here (\"" + std::string(kind) + "\")");
    left_ -= line.size();
    if (get_text() != invisiblur_version()) throw std::runtime_error(path + " is of another version of this program: make it again");
}

bool ByteReader::is_kind(const std::string& path, std::string_view kind) {
    std::ifstream file(path, std::ios::binary);
    const std::string wanted = first_line(kind);
    std::string line(wanted.size(), '\0');
    return file.read(line.data(), static_cast<std::streamsize>(line.size())) && line == wanted;
}

std::string ByteReader::get_text() {
    std::string text(count(1), '\0');
    bytes(text.data(), text.size());
    return text;
}

std::size_t ByteReader::count(std::size_t bytes_each) {
    const auto number = get<std::uint64_t>();
    if (number > left_ / bytes_each) fail();
    return static_cast<std::size_t>(number);
}

void ByteReader::bytes(void* data, std::size_t size) {
    if (size > left_ || !file_.read(static_cast<char*>(data), static_cast<std::streamsize>(size))) fail();
    left_ -= size;
}

void ByteReader::skip(std::size_t size) {
    if (size > left_ || !file_.seekg(static_cast<std::streamoff>(size), std::ios::cur)) fail();
    left_ -= size;
}

void ByteReader::check_end() {
    std::string end(kEnd.size(), '\0');
    bytes(end.data(), end.size());
    if (end != kEnd || left_ != 0) fail();
}

void ByteReader::fail() const {
    throw std::runtime_error(path_ + " is cut off or damaged: make it again");
}

}  // namespace invisiblur
