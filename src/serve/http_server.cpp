#include "serve/http_server.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "serve/connection.hpp"

namespace invisiblur::serve {
namespace {

constexpr std::size_t kMostClients = 256;
constexpr int kMostRequests = 1000;  ///< on one connection
constexpr int kBacklog = 256;

thread_local bool close_connection = false;

/// Threads are made as clients come, and stay for the next one.
class ClientThreads : public httplib::TaskQueue {
public:
    void enqueue(std::function<void()> task) override {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
        if (idle_ < tasks_.size() && threads_.size() < kMostClients) threads_.emplace_back([this] { work(); });
        news_.notify_one();
    }

    void shutdown() override {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
            news_.notify_all();
        }
        for (std::thread& thread : threads_) thread.join();
    }

private:
    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            ++idle_;
            news_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
            --idle_;
            if (tasks_.empty()) return;
            const auto task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable news_;
    std::deque<std::function<void()>> tasks_;
    std::vector<std::thread> threads_;
    std::size_t idle_ = 0;
    bool ending_ = false;
};

}  // namespace

HttpServer::HttpServer() {
    new_task_queue = [] { return std::make_unique<ClientThreads>().release(); };  // the library takes it into a unique_ptr
    // Not SO_REUSEPORT, the library's own choice: a second server must not share the port unseen.
    set_socket_options([](socket_t socket) {
        const int yes = 1;
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    set_tcp_nodelay(true);
}

int HttpServer::open(const std::string& address, int port) {
    const int bound = port == 0 ? bind_to_any_port(address) : bind_to_port(address, port) ? port : -1;
    if (bound < 0)
        throw std::runtime_error("cannot listen at " + address + " port " + std::to_string(port) + ": it is taken or not this machine's; give another --port");
    ::listen(svr_sock_, kBacklog);  // the library's own queue is short
    return bound;
}

void HttpServer::end() {
    ending_ = true;
    stop();
}

void HttpServer::close_after_answer() {
    close_connection = true;
}

bool HttpServer::process_and_close_socket(socket_t socket) {
    Connection connection(socket);
    bool answered = true, refused = false;
    for (int request = 1; answered && request <= kMostRequests && connection.wait_for_request(ending_); ++request) {
        close_connection = false;
        bool closed = false;
        answered = process_request(connection, request == kMostRequests || ending_, closed, nullptr) && !closed;
        refused = close_connection;
        if (refused) break;
    }
    if (refused) connection.drain();
    ::shutdown(socket, SHUT_RDWR);
    ::close(socket);
    return answered;
}

}  // namespace invisiblur::serve
