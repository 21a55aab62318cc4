#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "serve/http.hpp"
#include "serve/job.hpp"

namespace invisiblur::serve {

/// One request and its answer, as handlers see them.
struct Call {
    const Request& request;
    Response& response;
    Body* body;                               ///< null where none comes
    std::map<std::string, std::string> path;  ///< "id" of "/jobs/{id}"
    std::string session;                      ///< fingerprint; "" where none is needed

    /// The whole body, which is small.
    /// Errors: HttpError 413 where it has more bytes than `most`, 400 where it does not come whole.
    std::string read_body(std::size_t most) const;

    /// The body as a JSON object; an empty body is an empty object.
    /// Errors: HttpError 400, 413, 415.
    Json read_json(std::size_t most = 1 << 20) const;

    /// Hands on a body of any size as it comes. `piece` answers false to stop.
    /// Errors: HttpError 400 where it does not come whole.
    void stream_body(const Body::Piece& piece) const;

    /// Whether the client itself says that the body has more bytes than `most`: it can be refused before they come.
    bool announces_more_than(std::int64_t most) const { return request.content_length().value_or(0) > most; }

    void answer(int status, const Json& json) const;

    /// A file as the answer, whole or in the ranges that were asked for.
    /// In:     download, the name to save it under; "" to show it.
    /// Errors: HttpError 404 where it is not there; a link is not followed.
    void answer_file(const std::filesystem::path& file, const std::string& type, const std::string& download) const;

    std::string parameter(const std::string& name) const { return request.parameter(name); }
};

}  // namespace invisiblur::serve
