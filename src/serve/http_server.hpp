#pragma once
#include <condition_variable>
#include <mutex>
#include <string>

#include "serve/connection_watch.hpp"
#include "serve/http.hpp"

namespace invisiblur::serve {

/// Speaks HTTP, by means of GNU libmicrohttpd: a thread for each connection, so that slow clients do not hold others up.
/// Order:   open(), then run() until end().
/// Threads: run() from one; end() from any. The handler is called by many at a time.
class HttpServer {
public:
    explicit HttpServer(Handler handler) : handler_(std::move(handler)) {}
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// In:     address, a number or a name; port, 0 for any.
    /// Returns: the port. Errors: std::runtime_error where the address cannot be used.
    int open(const std::string& address, int port);

    /// Answers until end(), and gives what is being answered then a moment more.
    /// Errors: std::runtime_error where it cannot begin.
    void run();
    void end();

private:
    struct Library;  ///< what it calls

    const Handler handler_;
    ConnectionWatch watch_;
    int socket_ = -1;  ///< that listens; the library's while it runs
    std::mutex mutex_;
    std::condition_variable news_;
    bool ending_ = false;
};

}  // namespace invisiblur::serve
