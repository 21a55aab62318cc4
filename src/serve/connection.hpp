#pragma once
#include <httplib.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace invisiblur::serve {

/// One client's socket, with what cpp-httplib does not watch: the size of all headers together, the time that they take, the pace of
/// a body. A client that is too slow or too large is cut off, so that it cannot keep a thread for itself.
/// Threads: one thread at a time.
class Connection : public httplib::Stream {
public:
    /// Owns: borrows the socket.
    explicit Connection(socket_t socket);

    /// Waits for a request's first byte. False where none came in time or `stopping` was set.
    bool wait_for_request(const std::atomic<bool>& stopping);

    /// What a client still sends after a refusal is read for a moment, so that it gets to see the answer.
    void drain();

    /// Bytes that came in over the wire.
    std::int64_t bytes_read() const { return taken_; }

    bool is_readable() const override;
    bool is_writable() const override;
    ssize_t read(char* to, size_t size) override;
    ssize_t write(const char* from, size_t size) override;
    void get_remote_ip_and_port(std::string& ip, int& port) const override;
    void get_local_ip_and_port(std::string& ip, int& port) const override;
    socket_t socket() const override { return socket_; }

private:
    using Clock = std::chrono::steady_clock;
    bool fill();
    bool in_time() const;
    void take(const char* bytes, std::size_t count);

    socket_t socket_;
    std::string buffer_;
    std::size_t used_ = 0;
    bool in_headers_ = true;
    int line_ends_ = 0;  ///< of "\r\n\r\n" seen so far
    std::int64_t taken_ = 0;
    std::int64_t body_ = 0;
    Clock::time_point began_;
};

}  // namespace invisiblur::serve
