#include "serve/connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace invisiblur::serve {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::int64_t kMostHeaderBytes = 32 * 1024;
constexpr auto kHeaderTime = std::chrono::seconds(15);
constexpr auto kIdleTime = std::chrono::seconds(15);  ///< between two requests
constexpr int kSilenceMs = 30'000;                    ///< within a body, or while nothing can be sent
constexpr int kLookMs = 200;
constexpr double kSlowestBytesPerSecond = 500;        ///< of a body, after a while
constexpr auto kGrace = std::chrono::seconds(30);

bool wait(socket_t socket, short what, int ms) {
    pollfd waiting{socket, what, 0};
    int ready = 0;
    do ready = poll(&waiting, 1, ms);
    while (ready < 0 && errno == EINTR);
    return ready > 0 && !(waiting.revents & (POLLERR | POLLNVAL));
}

void describe(const sockaddr_storage& address, std::string& ip, int& port) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        port = ntohs(v4.sin_port);
    } else if (address.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
        inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
        port = ntohs(v6.sin6_port);
    }
    ip = text;
}

}  // namespace

Connection::Connection(socket_t socket) : socket_(socket), began_(Clock::now()) {}

bool Connection::wait_for_request(const std::atomic<bool>& stopping) {
    in_headers_ = true;
    line_ends_ = 0;
    body_ = 0;
    taken_ = 0;
    const auto until = Clock::now() + kIdleTime;
    while (used_ == buffer_.size()) {
        if (stopping || Clock::now() > until) return false;
        if (wait(socket_, POLLIN, kLookMs) && !fill()) return false;
    }
    began_ = Clock::now();
    return true;
}

/// Gets what is there. False at the end.
bool Connection::fill() {
    buffer_.resize(kBufferBytes);
    used_ = 0;
    ssize_t got = 0;
    do got = recv(socket_, buffer_.data(), buffer_.size(), 0);
    while (got < 0 && errno == EINTR);
    buffer_.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return got > 0;
}

bool Connection::in_time() const {
    const auto passed = Clock::now() - began_;
    if (in_headers_) return passed <= kHeaderTime;
    if (passed < kGrace) return true;
    return static_cast<double>(body_) / std::chrono::duration<double>(passed).count() >= kSlowestBytesPerSecond;
}

void Connection::take(const char* bytes, std::size_t count) {
    taken_ += static_cast<std::int64_t>(count);
    if (!in_headers_) {
        body_ += static_cast<std::int64_t>(count);
        return;
    }
    for (std::size_t i = 0; i < count && in_headers_; ++i) {
        if (bytes[i] == '\n')
            ++line_ends_;
        else if (bytes[i] != '\r')
            line_ends_ = 0;
        if (line_ends_ == 2) in_headers_ = false;
    }
    if (!in_headers_) began_ = Clock::now();
}

ssize_t Connection::read(char* to, size_t size) {
    while (used_ == buffer_.size()) {
        if (!in_time()) return -1;
        const int patience = in_headers_ ? kLookMs : kSilenceMs;
        const bool ready = wait(socket_, POLLIN, patience);
        if (!ready && !in_headers_) return -1;
        if (ready && !fill()) return 0;
    }
    if (in_headers_ && taken_ > kMostHeaderBytes) {
        constexpr std::string_view kTooLarge = "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        write(kTooLarge.data(), kTooLarge.size());
        return -1;
    }
    const std::size_t count = std::min(size, buffer_.size() - used_);
    std::memcpy(to, buffer_.data() + used_, count);
    used_ += count;
    take(to, count);
    return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* from, size_t size) {
    if (!wait(socket_, POLLOUT, kSilenceMs)) return -1;
    ssize_t wrote = 0;
    do wrote = send(socket_, from, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (wrote < 0 && (errno == EINTR || (errno == EAGAIN && wait(socket_, POLLOUT, kSilenceMs))));
    return wrote;
}

void Connection::drain() {
    shutdown(socket_, SHUT_WR);
    constexpr std::int64_t kMost = 1 << 20;
    const auto until = Clock::now() + std::chrono::seconds(2);
    for (std::int64_t done = 0; done < kMost && Clock::now() < until && wait(socket_, POLLIN, kLookMs) && fill();)
        done += static_cast<std::int64_t>(buffer_.size());
}

bool Connection::is_readable() const {
    return used_ < buffer_.size() || wait(socket_, POLLIN, kSilenceMs);
}

bool Connection::is_writable() const {
    pollfd state{socket_, POLLOUT | POLLRDHUP, 0};
    if (poll(&state, 1, kSilenceMs) <= 0) return false;
    return (state.revents & POLLOUT) && !(state.revents & (POLLERR | POLLHUP | POLLRDHUP | POLLNVAL));
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) describe(address, ip, port);
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) describe(address, ip, port);
}

}  // namespace invisiblur::serve
