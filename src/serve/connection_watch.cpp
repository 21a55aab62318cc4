#include "serve/connection_watch.hpp"

#include <sys/socket.h>

#include <algorithm>

namespace invisiblur::serve {
namespace {

constexpr auto kHeaderTime = std::chrono::seconds(15);
constexpr auto kSilence = std::chrono::seconds(30);  ///< within a body or an answer
constexpr auto kGrace = std::chrono::seconds(30);    ///< before a body's pace is looked at
constexpr double kSlowestBytesPerSecond = 500;

bool too_slow(const ConnectionWatch::Client& client, ConnectionWatch::Clock::time_point now) {
    const auto still = now - client.moved, body = now - client.body_began;
    switch (client.phase) {
        case ConnectionWatch::Phase::headers:
            return still > kHeaderTime;
        case ConnectionWatch::Phase::body:
            return still > kSilence || (body > kGrace && static_cast<double>(client.body_bytes) <
                                                             kSlowestBytesPerSecond * std::chrono::duration<double>(body).count());
        case ConnectionWatch::Phase::work:
            return false;
        case ConnectionWatch::Phase::answer:
            return still > kSilence;
    }
    return false;
}

void cut_off(ConnectionWatch::Client& client) {
    client.cut_off = true;
    shutdown(client.socket, SHUT_RDWR);
}

}  // namespace

ConnectionWatch::Client* ConnectionWatch::add(int socket, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (clients_.size() >= kCrowd) make_room();
    return &clients_.emplace_back(Client{socket, Phase::headers, now, now, 0, false});
}

void ConnectionWatch::make_room() {
    Client* longest = nullptr;
    for (Client& client : clients_)
        if (client.phase == Phase::headers && !client.cut_off && (!longest || client.moved < longest->moved)) longest = &client;
    if (longest) cut_off(*longest);
}

void ConnectionWatch::remove(Client* client) {
    const std::lock_guard lock(mutex_);
    clients_.remove_if([&](const Client& other) { return &other == client; });
    news_.notify_all();
}

void ConnectionWatch::enter(Client* client, Phase phase, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (phase == Phase::headers) {
        client->body_bytes = 0;
        news_.notify_all();
    }
    if (phase == Phase::body && client->body_bytes == 0) client->body_began = now;
    client->phase = phase;
    client->moved = now;
}

void ConnectionWatch::count(Client* client, std::size_t bytes, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    client->body_bytes += bytes;
    client->moved = now;
}

void ConnectionWatch::look(Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    for (Client& client : clients_)
        if (!client.cut_off && too_slow(client, now)) cut_off(client);
}

bool ConnectionWatch::idle() const {
    return std::ranges::all_of(clients_, [](const Client& client) { return client.phase == Phase::headers; });
}

void ConnectionWatch::wait_until_idle(std::chrono::milliseconds longest) {
    std::unique_lock lock(mutex_);
    news_.wait_for(lock, longest, [&] { return idle(); });
}

}  // namespace invisiblur::serve
