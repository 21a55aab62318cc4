#pragma once
#include <microhttpd.h>

#include <exception>
#include <string>

#include "serve/http.hpp"

namespace invisiblur::serve {

/// Finds the files in a form (multipart/form-data), with libmicrohttpd's parser.
/// Threads: one thread at a time.
class FormReader {
public:
    /// Owns: borrows both.
    FormReader(MHD_Connection* connection, const Body::FilePiece& piece);
    ~FormReader();
    FormReader(const FormReader&) = delete;
    FormReader& operator=(const FormReader&) = delete;

    /// False where this is no form or the receiver stopped.
    bool add(std::string_view bytes);

    /// No more comes. False where the form is not whole.
    /// Errors: what the receiver threw, which could not go through the library.
    bool finish();

private:
    static MHD_Result take(void* self, MHD_ValueKind kind, const char* field, const char* file_name, const char* type, const char* encoding,
                           const char* bytes, std::uint64_t at, std::size_t count);
    bool take(const std::string& file_name, std::uint64_t at, std::string_view bytes);

    const Body::FilePiece& piece_;
    MHD_PostProcessor* parser_;
    std::exception_ptr thrown_;
    std::string file_name_;
    bool empty_so_far_ = false;
};

}  // namespace invisiblur::serve
