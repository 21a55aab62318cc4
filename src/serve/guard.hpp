#pragma once
#include <string>

#include "serve/http.hpp"
#include "serve/settings.hpp"
#include "serve/store.hpp"

namespace invisiblur::serve {

/// Says who may come in. A browser has a session as a cookie and must name the session's CSRF token with all that changes something; a
/// script has it as "Authorization: Bearer TOKEN". Other pages and other names of this machine are kept out, so that neither a page
/// somewhere else nor DNS rebinding reaches the server.
/// Threads: safe.
class Guard {
public:
    /// Owns: borrows both.
    Guard(const Settings& settings, Store& store);

    /// In: the port that the server listens at.
    void set_port(int port) { port_ = port; }

    /// Errors: HttpError 421 for a Host header that is missing, given twice or not ours.
    void check_host(const Request& request) const;

    /// Errors: HttpError 403 for a request that another page made.
    void check_origin(const Request& request) const;

    /// Errors: HttpError 401 where the server asks for a token and the request does not bring it.
    void check_access_token(const Request& request) const;

    /// Returns: the fingerprint of the request's session.
    /// Errors:  HttpError 401 where it has none that is known, 403 where its CSRF token is missing or wrong.
    std::string session_of(const Request& request);

    /// Makes a session and puts its cookie into the answer.
    /// Returns: its token.
    std::string open_session(Response& response);

    /// Takes the cookie away.
    void close_session(Response& response) const;

    /// What a page must name in X-CSRF-Token; `fingerprint` is session_of()'s answer.
    static std::string csrf_token(const std::string& fingerprint);

private:
    std::string cookie_name() const { return "invisiblur_" + std::to_string(port_); }

    const Settings& settings_;
    Store& store_;
    int port_ = 0;
};

}  // namespace invisiblur::serve
