#include "serve/form_reader.hpp"

#include <utility>

namespace invisiblur::serve {
namespace {

constexpr std::size_t kParserBytes = 16 * 1024;  ///< a part's headers must fit into it

}  // namespace

FormReader::FormReader(MHD_Connection* connection, const Body::FilePiece& piece)
    : piece_(piece), parser_(MHD_create_post_processor(connection, kParserBytes, take, this)) {}

FormReader::~FormReader() {
    if (parser_) MHD_destroy_post_processor(parser_);
}

bool FormReader::add(std::string_view bytes) {
    return parser_ && MHD_post_process(parser_, bytes.data(), bytes.size()) == MHD_YES;
}

bool FormReader::finish() {
    const bool whole = parser_ && MHD_destroy_post_processor(std::exchange(parser_, nullptr)) == MHD_YES;
    if (thrown_) std::rethrow_exception(thrown_);
    return whole;
}

MHD_Result FormReader::take(void* self, MHD_ValueKind, const char*, const char* file_name, const char*, const char*, const char* bytes,
                            std::uint64_t at, std::size_t count) {
    auto& reader = *static_cast<FormReader*>(self);
    try {
        return reader.take(file_name ? file_name : "", at, {bytes, count}) ? MHD_YES : MHD_NO;
    } catch (...) {
        reader.thrown_ = std::current_exception();
        return MHD_NO;
    }
}

bool FormReader::take(const std::string& file_name, std::uint64_t at, std::string_view bytes) {
    if (file_name.empty()) return true;
    // A file may begin with an empty piece: what follows it begins no other.
    const bool first = at == 0 && !(empty_so_far_ && file_name == file_name_);
    file_name_ = file_name;
    empty_so_far_ = at == 0 && bytes.empty();
    return piece_(file_name, first, bytes);
}

}  // namespace invisiblur::serve
