#include "serve/exchange.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "serve/form_reader.hpp"

namespace invisiblur::serve {
namespace {

using Phase = ConnectionWatch::Phase;

constexpr std::size_t kPieceBytes = 32 * 1024;   ///< of an answer
constexpr std::int64_t kMostDropped = 16 << 20;  ///< of a body that was refused: two of the page's pieces

MHD_Result add_header(void* request, MHD_ValueKind, const char* name, std::size_t name_size, const char* value, std::size_t size) {
    static_cast<Request*>(request)->headers.emplace(std::string(name, name_size), std::string(value ? value : "", size));
    return MHD_YES;
}

MHD_Result add_parameter(void* request, MHD_ValueKind, const char* name, std::size_t name_size, const char* value, std::size_t size) {
    static_cast<Request*>(request)->query.emplace(std::string(name, name_size), std::string(value ? value : "", size));
    return MHD_YES;
}

/// Whether the client has closed its side. Nobody who waits for a stream does, and the library would see it only when more is sent.
bool has_left(MHD_Connection* connection) {
    pollfd state{MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd, POLLRDHUP, 0};
    return poll(&state, 1, 0) > 0;
}

bool has_body(const Request& request) {
    return request.has_header("Transfer-Encoding") || request.content_length().value_or(0) > 0;
}

/// Whether a body that nobody wants may come in and be dropped, and the connection stay: its end is clear and near, and the client does
/// not wait to be told to send it.
bool ends_soon(const Request& request) {
    const bool clear = request.headers.count("Content-Length") == 1 && !request.has_header("Transfer-Encoding");
    return clear && request.content_length().value_or(kMostDropped + 1) <= kMostDropped && !request.has_header("Expect");
}

}  // namespace

Exchange::Exchange(const Handler& handler, ConnectionWatch& watch, ConnectionWatch::Client* client, MHD_Connection* connection,
                   const char* target)
    : handler_(handler), watch_(watch), client_(client), connection_(connection) {
    request_.target = target;
}

Exchange::~Exchange() {
    relay_.end(false);
    if (thread_.joinable()) thread_.join();
    watch_.enter(client_, Phase::headers);  // of the next request
}

bool Exchange::go_on(const char* path, const char* method, std::string_view piece) {
    if (!std::exchange(begun_, true)) return begin(path, method);
    if (piece.empty()) return end();
    watch_.count(client_, piece.size());
    watch_.enter(client_, Phase::work);
    relay_.give(piece);  // or nobody wants it any more
    watch_.enter(client_, Phase::body);
    return true;
}

bool Exchange::begin(const char* path, const char* method) {
    request_.method = method;
    request_.path = path;
    MHD_get_connection_values_n(connection_, MHD_HEADER_KIND, add_header, &request_);
    MHD_get_connection_values_n(connection_, MHD_GET_ARGUMENT_KIND, add_parameter, &request_);
    watch_.enter(client_, Phase::work);
    if (!has_body(request_)) return true;  // end() answers: the library closes a connection that it is given an answer for now
    thread_ = std::thread([this] {
        handler_(request_, response_, this);
        relay_.close();
    });
    refused_ = !relay_.wanted() && !ends_soon(request_);
    if (refused_) return end();
    watch_.enter(client_, Phase::body);
    return true;
}

bool Exchange::end() {
    watch_.enter(client_, Phase::work);
    if (thread_.joinable()) {
        relay_.end(true);
        thread_.join();
    } else {
        handler_(request_, response_, nullptr);
    }
    return answer();
}

bool Exchange::answer() {
    const auto size = response_.content ? response_.content->size() : 0;
    const std::unique_ptr<MHD_Response, decltype(&MHD_destroy_response)> answer(
        MHD_create_response_from_callback(size.value_or(MHD_SIZE_UNKNOWN), kPieceBytes, send, this, nullptr), MHD_destroy_response);
    if (!answer) return false;
    for (const auto& [name, value] : response_.headers) MHD_add_response_header(answer.get(), name.c_str(), value.c_str());
    if (!response_.type.empty()) MHD_add_response_header(answer.get(), "Content-Type", response_.type.c_str());
    watch_.enter(client_, Phase::answer);
    return MHD_queue_response(connection_, static_cast<unsigned>(response_.status), answer.get()) == MHD_YES;
}

ssize_t Exchange::send(void* self, std::uint64_t at, char* to, std::size_t most) {
    auto& exchange = *static_cast<Exchange*>(self);
    Content& content = *exchange.response_.content;
    try {
        exchange.watch_.enter(exchange.client_, Phase::work);
        const auto count = content.read(at, {to, most});
        exchange.watch_.enter(exchange.client_, Phase::answer);
        if (count == std::size_t{0} && has_left(exchange.connection_)) return MHD_CONTENT_READER_END_WITH_ERROR;
        if (count) return static_cast<ssize_t>(*count);
        return content.size() ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
    } catch (const std::exception&) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
}

bool Exchange::read(const Piece& piece) {
    for (std::string_view bytes = relay_.next(); !bytes.empty(); bytes = relay_.next())
        if (!piece(bytes)) return false;
    return relay_.whole();
}

bool Exchange::read_form(const FilePiece& piece) {
    FormReader form(connection_, piece);
    const bool came = read([&](std::string_view bytes) { return form.add(bytes); });
    return form.finish() && came;
}

void drop_rest(int socket, std::chrono::milliseconds longest) {
    using Clock = std::chrono::steady_clock;
    shutdown(socket, SHUT_WR);
    std::array<char, 16 * 1024> bytes;
    pollfd state{socket, POLLIN, 0};
    const auto until = Clock::now() + longest;
    for (std::int64_t dropped = 0; dropped < kMostDropped;) {
        const ssize_t got = recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (got > 0) dropped += got;
        if (got > 0 || (got < 0 && errno == EINTR)) continue;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
        if (got == 0 || errno != EAGAIN || left.count() <= 0 || poll(&state, 1, static_cast<int>(left.count())) < 0) return;
    }
}

}  // namespace invisiblur::serve
