#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace invisiblur::serve {

/// Order of headers' names, which mean the same in capitals and small letters.
struct HeaderOrder {
    bool operator()(const std::string& a, const std::string& b) const;
};

/// What a client asks for, without its body.
struct Request {
    std::string method;
    std::string target;  ///< as the client wrote it
    std::string path;    ///< its part before "?", decoded
    std::multimap<std::string, std::string> query;
    std::multimap<std::string, std::string, HeaderOrder> headers;

    bool has_header(const std::string& name) const { return headers.contains(name); }

    /// The first of that name; "" where there is none.
    std::string header(const std::string& name) const;
    std::string parameter(const std::string& name) const;

    /// Bytes of the body; nothing where that is not known before its end, or there is none.
    std::optional<std::int64_t> content_length() const;
};

/// A request's body as it comes in.
/// Threads: one thread at a time.
class Body {
public:
    /// Answers false to stop.
    using Piece = std::function<bool(std::string_view bytes)>;
    /// A piece of a file in a form, `first` where the file begins: an empty file is one empty piece. Answers false to stop.
    using FilePiece = std::function<bool(const std::string& file_name, bool first, std::string_view bytes)>;

    virtual ~Body() = default;

    /// Hands on all that comes. False where it did not come whole or was stopped.
    virtual bool read(const Piece& piece) = 0;

    /// The same for a form (multipart/form-data): hands on its files, and drops its other fields.
    virtual bool read_form(const FilePiece& piece) = 0;
};

/// An answer's body as it goes out.
/// Errors:  what read() throws ends the connection.
/// Threads: one thread at a time.
class Content {
public:
    virtual ~Content() = default;

    /// Nothing where it is not known before the end.
    virtual std::optional<std::uint64_t> size() const = 0;

    /// Puts what begins at byte `at` into `to`; may wait a second for it.
    /// Returns: how many bytes these are; 0 where there is nothing yet; nothing at the end.
    virtual std::optional<std::size_t> read(std::uint64_t at, std::span<char> to) = 0;
};

/// What the client gets.
struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string type;                  ///< of the content
    std::unique_ptr<Content> content;  ///< null for none

    void set_header(const std::string& name, const std::string& value) { headers.emplace_back(name, value); }
    void set_content(std::string text, const std::string& content_type);
};

/// Answers a request; body is null where none comes. What it leaves of a body is dropped. It throws nothing.
using Handler = std::function<void(const Request& request, Response& response, Body* body)>;

}  // namespace invisiblur::serve
