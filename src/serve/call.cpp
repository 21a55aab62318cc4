#include "serve/call.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "serve/byte_range.hpp"
#include "serve/http_error.hpp"
#include "serve/names.hpp"

namespace invisiblur::serve {
namespace {

/// An open file, whole or a part of it.
class FileContent : public Content {
public:
    /// Errors: HttpError 404.
    explicit FileContent(const std::filesystem::path& path) : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) {
        struct stat facts {};
        const bool plain = descriptor_ >= 0 && fstat(descriptor_, &facts) == 0 && S_ISREG(facts.st_mode);
        if (!plain && descriptor_ >= 0) close(descriptor_);
        if (!plain) throw HttpError(404, "not_found", "this file is not there, or not any more");
        range_.end = static_cast<std::uint64_t>(facts.st_size);
    }
    ~FileContent() override { close(descriptor_); }
    FileContent(const FileContent&) = delete;
    FileContent& operator=(const FileContent&) = delete;

    void limit(const ByteRange& range) { range_ = range; }

    std::optional<std::uint64_t> size() const override { return range_.end - range_.begin; }

    std::optional<std::size_t> read(std::uint64_t at, std::span<char> to) override {
        const auto most = std::min<std::uint64_t>(to.size(), *size() - at);
        const ssize_t got = pread(descriptor_, to.data(), most, static_cast<off_t>(range_.begin + at));
        return got > 0 ? std::optional(static_cast<std::size_t>(got)) : std::nullopt;
    }

private:
    int descriptor_;
    ByteRange range_;
};

}  // namespace

void Call::stream_body(const Body::Piece& piece) const {
    if (!body) return;
    bool wanted = true;
    const bool whole = body->read([&](std::string_view bytes) { return wanted = piece(bytes); });
    if (!whole && wanted) throw HttpError(400, "cut_off", "the request's body did not come whole; send it again");
}

std::string Call::read_body(std::size_t most) const {
    std::string text;
    bool fits = !announces_more_than(static_cast<std::int64_t>(most));
    const auto take = [&](std::string_view bytes) {
        fits = text.size() + bytes.size() <= most;
        if (fits) text += bytes;
        return fits;
    };
    if (fits) stream_body(take);
    if (!fits) throw HttpError(413, "too_large", "the request's body has more than " + std::to_string(most) + " bytes");
    return text;
}

Json Call::read_json(std::size_t most) const {
    const std::string type = request.header("Content-Type");
    const std::string text = read_body(most);
    if (text.empty()) return Json::object();
    if (!type.starts_with("application/json")) throw HttpError(415, "bad_request", "send JSON, with Content-Type: application/json");
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) throw HttpError(400, "bad_request", "the request's body is no JSON object");
    return json;
}

void Call::answer(int status, const Json& json) const {
    response.status = status;
    response.set_content(print(json), "application/json");
}

void Call::answer_file(const std::filesystem::path& file, const std::string& type, const std::string& download) const {
    auto content = std::make_unique<FileContent>(file);
    const std::uint64_t size = *content->size();
    response.set_header("Accept-Ranges", "bytes");
    // If-Range never matches: no answer says which version of a file it is.
    const bool in_parts = request.method == "GET" && !request.has_header("If-Range");
    if (const auto range = in_parts ? parse_byte_range(request.header("Range"), size) : std::nullopt) {
        const bool empty = range->begin >= range->end;
        const std::string part = empty ? "*" : fmt::format("{}-{}", range->begin, range->end - 1);
        response.set_header("Content-Range", fmt::format("bytes {}/{}", part, size));
        if (empty) throw HttpError(416, "bad_range", fmt::format("this file has {} bytes, and none of those that were asked for", size));
        content->limit(*range);
        response.status = 206;
    }
    if (!download.empty()) response.set_header("Content-Disposition", content_disposition(download));
    response.type = type;
    response.content = std::move(content);
}

}  // namespace invisiblur::serve
