#pragma once
#include <string>

namespace invisiblur::serve {

/// A socket at which clients are waited for, not shared with another program, and its port.
struct Listener {
    int socket = -1;
    int port = 0;
};

/// In:     address, a number or a name; "::" stands for all of IPv4, too; port, 0 for any.
/// Owns:   the socket is the caller's.
/// Errors: std::runtime_error where the address cannot be used.
Listener listen_at(const std::string& address, int port);

}  // namespace invisiblur::serve
