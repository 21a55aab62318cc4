#pragma once
#include <microhttpd.h>

#include <chrono>
#include <string_view>
#include <thread>

#include "serve/body_relay.hpp"
#include "serve/connection_watch.hpp"
#include "serve/http.hpp"

namespace invisiblur::serve {

/// One request and its answer, between libmicrohttpd, which hands a body over piece by piece, and a handler, which asks for it: a handler
/// that gets a body has a thread of its own.
/// Threads: one thread at a time.
class Exchange : private Body {
public:
    /// Owns: borrows all it is given.
    Exchange(const Handler& handler, ConnectionWatch& watch, ConnectionWatch::Client* client, MHD_Connection* connection,
             const char* target);
    ~Exchange() override;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    /// The request goes on: with its headers first, then with each piece of its body, then with an empty piece at its end.
    /// Returns: false where the connection must end.
    bool go_on(const char* path, const char* method, std::string_view piece);

    /// Whether the answer was given while the body still came. The connection ends with it.
    bool refused() const { return refused_; }

private:
    bool begin(const char* path, const char* method);
    bool end();
    bool answer();
    static ssize_t send(void* self, std::uint64_t at, char* to, std::size_t most);
    bool read(const Piece& piece) override;
    bool read_form(const FilePiece& piece) override;

    const Handler& handler_;
    ConnectionWatch& watch_;
    ConnectionWatch::Client* const client_;
    MHD_Connection* const connection_;
    Request request_;
    Response response_;
    BodyRelay relay_;
    std::thread thread_;
    bool begun_ = false;
    bool refused_ = false;
};

/// Reads what a client still sends, for so long or to the end: a socket that is closed over unread bytes may take the answer with it.
void drop_rest(int socket, std::chrono::milliseconds longest);

}  // namespace invisiblur::serve
