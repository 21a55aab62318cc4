#include "serve/call.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "serve/http_error.hpp"
#include "serve/names.hpp"

namespace invisiblur::serve {
namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;

/// An open file, closed with its last user.
class OpenFile {
public:
    explicit OpenFile(const std::filesystem::path& path) : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) {
        struct stat facts {};
        const bool plain = descriptor_ >= 0 && fstat(descriptor_, &facts) == 0 && S_ISREG(facts.st_mode);
        if (!plain && descriptor_ >= 0) close(descriptor_);
        if (!plain) throw HttpError(404, "not_found", "this file is not there, or not any more");
        size_ = static_cast<std::size_t>(facts.st_size);
    }
    ~OpenFile() { close(descriptor_); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    std::size_t size() const { return size_; }

    bool send(std::size_t offset, std::size_t length, httplib::DataSink& sink) const {
        std::vector<char> piece(std::min(length, kPieceBytes));
        const ssize_t got = pread(descriptor_, piece.data(), piece.size(), static_cast<off_t>(offset));
        return got > 0 && sink.write(piece.data(), static_cast<std::size_t>(got));
    }

private:
    int descriptor_;
    std::size_t size_ = 0;
};

}  // namespace

void Call::stream_body(const std::function<bool(const char*, std::size_t)>& piece) const {
    if (!request.has_header("Content-Length") && !request.has_header("Transfer-Encoding")) return;  // there is none
    bool wanted = true;
    const bool whole = body && (*body)([&](const char* bytes, std::size_t count) { return wanted = piece(bytes, count); });
    if (!whole && wanted) throw HttpError(400, "cut_off", "the request's body did not come whole; send it again");
}

std::string Call::read_body(std::size_t most) const {
    std::string text;
    bool fits = true;
    stream_body([&](const char* bytes, std::size_t count) {
        fits = text.size() + count <= most;
        if (fits) text.append(bytes, count);
        return fits;
    });
    if (!fits) throw HttpError(413, "too_large", "the request's body has more than " + std::to_string(most) + " bytes");
    return text;
}

Json Call::read_json(std::size_t most) const {
    const std::string type = request.get_header_value("Content-Type");
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
    const auto open_file = std::make_shared<const OpenFile>(file);
    if (!download.empty()) response.set_header("Content-Disposition", content_disposition(download));
    if (open_file->size() == 0) {
        response.set_content("", type);
        return;
    }
    response.set_header("Accept-Ranges", "bytes");
    response.set_content_provider(open_file->size(), type, [open_file](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        return open_file->send(offset, length, sink);
    });
}

}  // namespace invisiblur::serve
