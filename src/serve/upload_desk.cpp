#include "serve/upload_desk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "serve/http_error.hpp"
#include "serve/log.hpp"
#include "serve/names.hpp"

namespace invisiblur::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kRoomToLeave = 64 << 20;
constexpr int kMostOpen = 200;                ///< uploads of one session at a time
constexpr std::int64_t kFormBytes = 1 << 20;  ///< of a form besides its file

[[noreturn]] void refuse_full(std::int64_t size) {
    const std::string what = size > 0 ? "this video (" + size_text(size) + ")" : "the rest of this video";
    throw HttpError(507, "disk_full", "the server's disk has no room for " + what + "; delete finished videos or free space, then try again");
}

[[noreturn]] void refuse_large(std::int64_t most) {
    throw HttpError(413, "too_large", "more came than the upload may have, " + size_text(most));
}

void check_room(const fs::path& folder, std::int64_t size) {
    std::error_code failed;
    const auto room = fs::space(folder, failed);
    if (!failed && static_cast<std::int64_t>(room.available) < size + kRoomToLeave) refuse_full(size);
}

}  // namespace

std::string size_text(std::int64_t bytes) {
    constexpr const char* kUnits[] = {"bytes", "kB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes);
    int unit = 0;
    for (; value >= 1000 && unit < 4; ++unit) value /= 1000;
    return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

/// The part of an upload that is being written.
class UploadDesk::Piece {
public:
    Piece(const fs::path& path, std::int64_t offset, std::int64_t most) : offset_(offset), most_(most) {
        descriptor_ = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (descriptor_ < 0) throw HttpError(500, "internal", std::string("cannot keep the upload: ") + std::strerror(errno));
        if (ftruncate(descriptor_, offset) == 0) return;
        close(descriptor_);
        refuse_full(0);
    }
    ~Piece() { close(descriptor_); }
    Piece(const Piece&) = delete;
    Piece& operator=(const Piece&) = delete;

    /// False where it would grow too large or the disk is full; check() says which.
    bool write(std::string_view bytes) {
        too_large_ = offset_ + static_cast<std::int64_t>(bytes.size()) > most_;
        while (!bytes.empty() && !too_large_) {
            const ssize_t wrote = pwrite(descriptor_, bytes.data(), bytes.size(), offset_);
            if (wrote < 0 && errno == EINTR) continue;
            if (wrote < 0) {
                error_ = errno;
                return false;
            }
            bytes.remove_prefix(static_cast<std::size_t>(wrote));
            offset_ += wrote;
        }
        return !too_large_;
    }

    void check() const {
        if (too_large_) refuse_large(most_);
        if (error_ == ENOSPC || error_ == EDQUOT || error_ == EFBIG) refuse_full(0);
        if (error_ != 0) throw HttpError(500, "internal", std::string("cannot keep the upload: ") + std::strerror(error_));
    }

    std::int64_t offset() const { return offset_; }

private:
    int descriptor_ = -1;
    std::int64_t offset_;
    std::int64_t most_;
    bool too_large_ = false;
    int error_ = 0;
};

UploadDesk::UploadDesk(const Settings& settings, const Places& places, Store& store, Runner& runner, Metrics& metrics)
    : settings_(settings), places_(places), store_(store), runner_(runner), metrics_(metrics) {}

Upload UploadDesk::begin(const std::string& session, const std::string& name, std::int64_t size) {
    if (size == 0) throw HttpError(422, "empty", "the file " + clean_file_name(name) + " is empty; choose a video");
    if (size > settings_.max_size)
        throw HttpError(413, "too_large", fmt::format("{} has {}, more than the {} that this server takes (--max-size)", clean_file_name(name),
                                                      size_text(size), size_text(settings_.max_size)));
    check_room(places_.uploads(), std::max<std::int64_t>(0, size));
    const auto all = store_.uploads();
    if (std::ranges::count(all, session, &Upload::session) >= kMostOpen)
        throw HttpError(429, "too_many", "there are too many uploads already; delete some first");
    Upload upload;
    upload.id = random_token();
    upload.session = session;
    upload.name = clean_file_name(name);
    upload.size = size;
    upload.touched = now_ms();
    store_.put(upload);  // first: a folder without an owner is cleared away
    std::error_code failed;
    if (fs::create_directory(places_.upload(upload.id), failed)) fs::permissions(places_.upload(upload.id), fs::perms::owner_all, failed);
    if (!failed) return upload;
    remove(upload.id);
    throw HttpError(500, "internal", "cannot keep the upload: " + failed.message());
}

Upload UploadDesk::find(const std::string& session, const std::string& id) {
    const auto upload = is_token(id) ? store_.upload(id) : std::nullopt;
    if (!upload || upload->session != session) throw HttpError(404, "not_found", "there is no such upload, or not any more");
    return *upload;
}

Upload UploadDesk::append(const Upload& found, std::int64_t offset, const Call& call) {
    std::shared_ptr<std::mutex> writer;
    {
        const std::lock_guard lock(mutex_);
        writer = writers_[found.id].lock();
        if (!writer) writers_[found.id] = writer = std::make_shared<std::mutex>();
        std::erase_if(writers_, [](const auto& entry) { return entry.second.expired(); });
    }
    const std::unique_lock turn(*writer, std::try_to_lock);
    if (!turn) throw HttpError(409, "busy", "another request is writing to this upload; wait for it");
    Upload upload = find(found.session, found.id);
    if (upload.complete) throw HttpError(409, "complete", "this upload is complete already");
    if (offset != upload.received)
        throw HttpError(409, "wrong_offset", fmt::format("the upload has {} bytes; go on from there, not from {}", upload.received, offset));
    const std::int64_t most = upload.size < 0 ? settings_.max_size : upload.size;
    if (call.announces_more_than(most - offset)) refuse_large(most);
    Piece piece(part(upload), offset, most);
    bool whole = true;
    try {
        call.stream_body([&](std::string_view bytes) { return piece.write(bytes); });
    } catch (const HttpError&) {
        whole = false;  // what came counts; the client asks how much that is
    }
    metrics_.count_upload_bytes(piece.offset() - offset);
    upload.received = piece.offset();
    upload.touched = now_ms();
    store_.put(upload);
    piece.check();
    if (!whole) throw HttpError(400, "cut_off", fmt::format("the connection ended early; go on from byte {}", upload.received));
    if (upload.received == upload.size) complete(upload);
    return upload;
}

Upload UploadDesk::take_form(const std::string& session, const Call& call) {
    if (call.announces_more_than(settings_.max_size + kFormBytes)) refuse_large(settings_.max_size);
    std::unique_ptr<Piece> piece;
    Upload upload;
    bool second = false;
    const auto take = [&](const std::string& name, bool first, std::string_view bytes) {
        second = first && piece;
        if (second) return false;
        if (first) {
            upload = begin(session, name, -1);
            piece = std::make_unique<Piece>(part(upload), 0, settings_.max_size);
        }
        return piece->write(bytes);
    };
    try {
        const bool whole = call.body && call.body->read_form(take);
        if (piece) piece->check();
        if (second) throw HttpError(422, "bad_request", "send one file in a form, and another form for the next");
        if (!whole) throw HttpError(400, "cut_off", "the form did not come whole; send it again");
        if (!piece) throw HttpError(422, "bad_request", "the form holds no file; send it as -F file=@NAME");
        if (piece->offset() == 0) throw HttpError(422, "empty", "the file " + upload.name + " is empty; choose a video");
        upload.size = upload.received = piece->offset();
        metrics_.count_upload_bytes(upload.received);
        complete(upload);
    } catch (...) {
        if (!upload.id.empty()) remove(upload.id);  // nobody else knows of it
        throw;
    }
    return upload;
}

void UploadDesk::complete(Upload& upload) {
    try {
        upload.media = runner_.probe(part(upload), upload.name);
    } catch (const HttpError& error) {
        if (error.status == 415) remove(upload.id);
        throw;
    }
    fs::rename(part(upload), file(upload));
    upload.complete = true;
    store_.put(upload);
    log_event("upload complete", {{"upload", upload.id}, {"bytes", upload.size}});
}

void UploadDesk::remove(const std::string& id) {
    if (!is_token(id)) return;
    store_.remove_upload(id);
    std::error_code failed;
    fs::remove_all(places_.upload(id), failed);
    if (failed) log_event("cannot remove an upload", {{"upload", id}, {"why", failed.message()}});
}

}  // namespace invisiblur::serve
