#include "serve/guard.hpp"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>

#include "base/lower_case.hpp"
#include "serve/http_error.hpp"
#include "serve/names.hpp"

namespace invisiblur::serve {
namespace {

constexpr std::int64_t kMostSessions = 10'000;
constexpr std::string_view kCookieDays = "2592000";  // 30 days in seconds

/// "localhost" of "localhost:5000", "::1" of "[::1]:5000"; "" where it is neither.
std::string host_name(const std::string& host) {
    if (host.starts_with('[')) {
        const std::size_t end = host.find(']');
        return end == std::string::npos ? "" : host.substr(1, end - 1);
    }
    const std::string name = host.substr(0, host.find(':'));
    return std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '-'; }) ? name : "";
}

/// A number cannot be bent by a name server.
bool is_address(const std::string& name) {
    in6_addr six{};
    in_addr four{};
    return inet_pton(AF_INET, name.c_str(), &four) == 1 || inet_pton(AF_INET6, name.c_str(), &six) == 1;
}

std::string own_name() {
    char name[256] = "";
    return gethostname(name, sizeof name - 1) == 0 ? lower_case(name) : "";
}

std::string cookie(const Request& request, const std::string& name) {
    const auto [begin, end] = request.headers.equal_range("Cookie");
    for (auto header = begin; header != end; ++header) {
        std::string rest = "; " + header->second;
        const std::size_t at = rest.find("; " + name + "=");
        if (at == std::string::npos) continue;
        rest.erase(0, at + name.size() + 3);
        return rest.substr(0, rest.find(';'));
    }
    return "";
}

std::string bearer(const Request& request) {
    const std::string value = request.header("Authorization");
    return value.starts_with("Bearer ") ? value.substr(7) : "";
}

bool changes_something(const Request& request) {
    return request.method != "GET" && request.method != "HEAD";
}

}  // namespace

Guard::Guard(const Settings& settings, Store& store) : settings_(settings), store_(store) {}

void Guard::check_host(const Request& request) const {
    const std::string name = lower_case(host_name(request.header("Host")));
    bool known = name == "localhost" || is_address(name) || (!name.empty() && name == lower_case(settings_.bind));
    for (const std::string& host : settings_.hosts) known |= name == lower_case(host);
    if (!is_loopback(settings_.bind)) known |= !name.empty() && name == own_name();
    if (known && request.headers.count("Host") == 1) return;
    throw HttpError(421, "bad_host", "this server is not known by that name; call it localhost, or start it with --host NAME");
}

void Guard::check_origin(const Request& request) const {
    const std::string site = request.header("Sec-Fetch-Site");
    const bool link = request.method == "GET" && request.header("Sec-Fetch-Mode") == "navigate" && !request.path.starts_with("/api/");
    bool foreign = !link && !site.empty() && site != "same-origin" && site != "none";
    if (request.has_header("Origin")) {
        const std::string origin = request.header("Origin"), host = request.header("Host");
        foreign |= origin != "http://" + host && origin != "https://" + host;
    }
    if (foreign) throw HttpError(403, "foreign_page", "another page asked for this, which only the server's own page may");
}

void Guard::check_access_token(const Request& request) const {
    if (settings_.access_token.empty() || same_secret(fingerprint(bearer(request)), fingerprint(settings_.access_token))) return;
    throw HttpError(401, "token_needed", "the token is missing or wrong; invis-serve prints it when it starts");
}

std::string Guard::session_of(const Request& request) {
    const bool script = request.has_header("Authorization");
    const std::string token = script ? bearer(request) : cookie(request, cookie_name());
    const std::string print = is_token(token) ? fingerprint(token) : "";
    if (print.empty() || !store_.knows_session(print))
        throw HttpError(401, "no_session", "there is no session, or it has ended; POST /api/v1/sessions makes one");
    const bool named = same_secret(request.header("X-CSRF-Token"), csrf_token(print));
    if (!script && changes_something(request) && !named)
        throw HttpError(403, "no_csrf", "X-CSRF-Token is missing or wrong; GET /api/v1/session says it");
    return print;
}

std::string Guard::open_session(Response& response) {
    if (store_.count_sessions() >= kMostSessions) throw HttpError(503, "too_many", "there are too many sessions; try again tomorrow");
    const std::string token = random_token();
    store_.add_session(fingerprint(token), now_ms());
    response.set_header("Set-Cookie", cookie_name() + "=" + token + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::string(kCookieDays));
    return token;
}

void Guard::close_session(Response& response) const {
    response.set_header("Set-Cookie", cookie_name() + "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
}

std::string Guard::csrf_token(const std::string& print) {
    return fingerprint("csrf " + print).substr(0, 32);
}

}  // namespace invisiblur::serve
