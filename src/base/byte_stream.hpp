#pragma once
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/atomic_file.hpp"

namespace invisiblur {

/// Writes the files that runs of one long job hand on to each other. They are for the program that wrote them: numbers stand as they are
/// in memory, and a reader of another version refuses them.
/// Errors:  as PendingFile.
/// Order:   begins with the kind of file; finish(), then commit() the file.
/// Threads: one thread at a time.
class ByteWriter {
public:
    /// In: kind, a word that tells one file from another. Owns: borrows file.
    ByteWriter(PendingFile& file, std::string_view kind);

    template <class T>
    void put(const T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        bytes(&value, sizeof value);
    }
    void put_text(std::string_view text);
    template <class T, class Allocator>
    void put_all(const std::vector<T, Allocator>& values) {
        static_assert(std::is_trivially_copyable_v<T>);
        put<std::uint64_t>(values.size());
        bytes(values.data(), values.size() * sizeof(T));
    }
    void bytes(const void* data, std::size_t size);
    void finish();

private:
    PendingFile& file_;
    std::string buffer_;
};

/// Reads what a ByteWriter wrote.
/// Errors:  std::runtime_error that names the file: missing, of another kind or version, cut off.
/// Threads: one thread at a time.
class ByteReader {
public:
    ByteReader(const std::string& path, std::string_view kind);

    /// Whether a file is of a kind; false also where it cannot be read.
    static bool is_kind(const std::string& path, std::string_view kind);

    template <class T>
    T get() {
        static_assert(std::is_trivially_copyable_v<T>);
        T value;
        bytes(&value, sizeof value);
        return value;
    }
    std::string get_text();
    template <class T>
    std::vector<T> get_all() {
        std::vector<T> values(count(sizeof(T)));
        bytes(values.data(), values.size() * sizeof(T));
        return values;
    }
    /// A number of things of at least so many bytes that follow.
    std::size_t count(std::size_t bytes_each);
    void bytes(void* data, std::size_t size);
    void skip(std::size_t size);
    void check_end();
    const std::string& path() const { return path_; }

private:
    [[noreturn]] void fail() const;

    std::string path_;
    std::ifstream file_;
    std::uint64_t left_ = 0;  ///< bytes
};

}  // namespace invisiblur
