#include "serve/http_server.hpp"

#include <microhttpd.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

#include "serve/exchange.hpp"
#include "serve/listen.hpp"

namespace invisiblur::serve {
namespace {

constexpr unsigned kMostClients = 256;
constexpr std::size_t kConnectionBytes = 32 * 1024;  ///< all headers of a request must fit into it, or the library answers 431
constexpr auto kLook = std::chrono::milliseconds(500);
constexpr auto kLastMoment = std::chrono::seconds(2);

int socket_of(MHD_Connection* connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

}  // namespace

struct HttpServer::Library {
    /// A connection begins or ends.
    static void on_connection(void* self, MHD_Connection* connection, void** client, MHD_ConnectionNotificationCode what) {
        ConnectionWatch& watch = static_cast<HttpServer*>(self)->watch_;
        if (what == MHD_CONNECTION_NOTIFY_STARTED) {
            *client = watch.add(socket_of(connection));
        } else {
            drop_rest(socket_of(connection), std::chrono::seconds(0));  // what was too large for the library; see there
            watch.remove(static_cast<ConnectionWatch::Client*>(*client));
        }
    }

    /// A request's first line came. Returns: what the library keeps for it until on_end().
    static void* on_begin(void* self, const char* target, MHD_Connection* connection) {
        auto* const server = static_cast<HttpServer*>(self);
        auto* const client =
            static_cast<ConnectionWatch::Client*>(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context);
        return std::make_unique<Exchange>(server->handler_, server->watch_, client, connection, target).release();
    }

    /// Once with the headers, once for each piece of the body, once at its end.
    static MHD_Result on_request(void*, MHD_Connection*, const char* path, const char* method, const char*, const char* bytes,
                                 std::size_t* count, void** exchange) {
        const std::string_view piece(bytes, *count);
        *count = 0;
        try {
            return static_cast<Exchange*>(*exchange)->go_on(path, method, piece) ? MHD_YES : MHD_NO;
        } catch (const std::exception&) {  // no thread or memory for it
            return MHD_NO;
        }
    }

    static void on_end(void*, MHD_Connection* connection, void** kept, MHD_RequestTerminationCode) {
        const std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(std::exchange(*kept, nullptr)));
        if (exchange->refused()) drop_rest(socket_of(connection), kLastMoment);
    }
};

HttpServer::~HttpServer() {
    if (socket_ >= 0) close(socket_);
}

int HttpServer::open(const std::string& address, int port) {
    const Listener listener = listen_at(address, port);
    socket_ = listener.socket;
    return listener.port;
}

void HttpServer::run() {
    const unsigned how = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC;
    const std::unique_ptr<MHD_Daemon, decltype(&MHD_stop_daemon)> daemon(
        MHD_start_daemon(how, 0, nullptr, nullptr, Library::on_request, this, MHD_OPTION_LISTEN_SOCKET, std::exchange(socket_, -1),
                         MHD_OPTION_CONNECTION_LIMIT, kMostClients, MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionBytes,
                         MHD_OPTION_NOTIFY_CONNECTION, Library::on_connection, this, MHD_OPTION_URI_LOG_CALLBACK, Library::on_begin, this,
                         MHD_OPTION_NOTIFY_COMPLETED, Library::on_end, this, MHD_OPTION_END),
        MHD_stop_daemon);
    if (!daemon) throw std::runtime_error("cannot serve: libmicrohttpd does not start");
    std::unique_lock lock(mutex_);
    while (!news_.wait_for(lock, kLook, [this] { return ending_; })) watch_.look();
    watch_.wait_until_idle(kLastMoment);
}

void HttpServer::end() {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    news_.notify_all();
}

}  // namespace invisiblur::serve
