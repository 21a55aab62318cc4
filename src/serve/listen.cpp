#include "serve/listen.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>

namespace invisiblur::serve {
namespace {

constexpr int kBacklog = 256;

/// -1 where that does not work.
int listen_at(const addrinfo& place) {
    const int made = socket(place.ai_family, place.ai_socktype | SOCK_CLOEXEC, place.ai_protocol);
    if (made < 0) return -1;
    const int yes = 1, no = 0;
    // Not SO_REUSEPORT: a second server must not share the port unseen.
    setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (place.ai_family == AF_INET6) setsockopt(made, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    if (bind(made, place.ai_addr, place.ai_addrlen) == 0 && listen(made, kBacklog) == 0) return made;
    close(made);
    return -1;
}

int port_of(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                               : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

}  // namespace

Listener listen_at(const std::string& address, int port) {
    addrinfo wish{};
    wish.ai_family = AF_UNSPEC;
    wish.ai_socktype = SOCK_STREAM;
    wish.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const bool known = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wish, &found) == 0;
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> places(known ? found : nullptr, freeaddrinfo);
    for (const addrinfo* place = places.get(); place; place = place->ai_next)
        if (const int socket = listen_at(*place); socket >= 0) return {socket, port_of(socket)};
    throw std::runtime_error("cannot listen at " + address + " port " + std::to_string(port) +
                             ": it is taken or not this machine's; give another --port");
}

}  // namespace invisiblur::serve
