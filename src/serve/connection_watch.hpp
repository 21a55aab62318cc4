#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <mutex>

namespace invisiblur::serve {

/// Cuts off clients that are too slow, so that they cannot keep a connection and its thread for themselves: headers take 15 s at most, from
/// the connection's begin or the last answer on; a body is never silent for 30 s and after as long has come at 500 bytes/s or more; an
/// answer moves at least every 30 s. In a crowd who has waited longest without a request makes room for who comes.
/// Threads: safe.
class ConnectionWatch {
public:
    using Clock = std::chrono::steady_clock;
    enum class Phase {
        headers,  ///< of a request are waited for
        body,     ///< comes in
        work,     ///< is done here: the client need do nothing
        answer,   ///< goes out
    };
    struct Client;
    static constexpr std::size_t kCrowd = 200;  ///< connections

    /// A new connection, whose headers are waited for.
    /// Owns: borrows the socket until remove().
    Client* add(int socket, Clock::time_point now = Clock::now());
    void remove(Client* client);

    void enter(Client* client, Phase phase, Clock::time_point now = Clock::now());

    /// Bytes of a body came.
    void count(Client* client, std::size_t bytes, Clock::time_point now = Clock::now());

    /// Shuts the sockets of those that are too slow; whoever reads or writes there sees an end. To be called twice a second or so.
    void look(Clock::time_point now = Clock::now());

    /// Waits until nobody has a request in work, but not for ever.
    void wait_until_idle(std::chrono::milliseconds longest);

private:
    bool idle() const;
    void make_room();

    std::mutex mutex_;
    std::condition_variable news_;
    std::list<Client> clients_;
};

struct ConnectionWatch::Client {
    int socket = -1;
    Phase phase = Phase::headers;
    Clock::time_point moved;  ///< last
    Clock::time_point body_began;
    std::size_t body_bytes = 0;
    bool cut_off = false;
};

}  // namespace invisiblur::serve
