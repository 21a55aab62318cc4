#pragma once
#include <httplib.h>

#include <atomic>
#include <string>

namespace invisiblur::serve {

/// cpp-httplib's server with our own Connection below it and a thread for each client, so that slow ones do not hold others up.
/// Threads: listen from one; end() from any.
class HttpServer : public httplib::Server {
public:
    HttpServer();

    /// Returns: the port. Errors: std::runtime_error where the address cannot be used.
    int open(const std::string& address, int port);
    void end();

    /// Called by a handler that answered without reading the body: the connection ends after this answer.
    static void close_after_answer();

    bool ending() const { return ending_; }

private:
    bool process_and_close_socket(socket_t socket) override;

    std::atomic<bool> ending_{false};
};

}  // namespace invisiblur::serve
