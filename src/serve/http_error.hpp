#pragma once
#include <stdexcept>
#include <string>

namespace invisiblur::serve {

/// What a client gets instead of an answer.
/// In: status, of HTTP; code, a word that programs and the page's translations know; the sentence says what, where and what to do.
struct HttpError : std::runtime_error {
    HttpError(int status_of_http, std::string code_word, const std::string& sentence)
        : std::runtime_error(sentence), status(status_of_http), code(std::move(code_word)) {}
    int status;
    std::string code;
};

}  // namespace invisiblur::serve
