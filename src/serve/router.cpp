#include "serve/router.hpp"

#include <strings.h>

#include <chrono>

#include "serve/http_error.hpp"
#include "serve/log.hpp"

namespace invisiblur::serve {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestTarget = 2048;

/// The next piece of "/a/b" without its slash; takes it away.
std::string_view next_piece(std::string_view& path) {
    if (path.starts_with('/')) path.remove_prefix(1);
    const std::string_view piece = path.substr(0, path.find('/'));
    path.remove_prefix(piece.size());
    return piece;
}

bool matches(std::string_view pattern, std::string_view path, std::map<std::string, std::string>& parts) {
    parts.clear();
    while (!pattern.empty() && !path.empty()) {
        const std::string_view wanted = next_piece(pattern), given = next_piece(path);
        if (wanted.starts_with('{') && !given.empty())
            parts[std::string(wanted.substr(1, wanted.size() - 2))] = given;
        else if (wanted != given)
            return false;
    }
    return pattern.empty() && path.empty();
}

bool takes_body(const std::string& method) {
    return method == "POST" || method == "PUT";
}

bool is_known(const std::string& method) {
    return takes_body(method) || method == "GET" || method == "HEAD" || method == "DELETE";
}

/// What must be right of each request, wherever it goes.
void check_shape(const Request& request, const Body* body) {
    if (!is_known(request.method)) throw HttpError(405, "bad_method", "this server does not know " + request.method);
    if (request.target.size() > kLongestTarget) throw HttpError(414, "too_long", "this address is too long");
    if (request.target.find("%00") != std::string::npos) throw HttpError(400, "bad_request", "no address holds a zero byte");
    if (body && !takes_body(request.method)) throw HttpError(400, "bad_request", request.method + " takes no body");
    // Where a server before this one might see the body end elsewhere, what follows could be taken for a request.
    const std::string coding = request.header("Transfer-Encoding");
    const bool clear = request.headers.count("Transfer-Encoding") + request.headers.count("Content-Length") <= 1;
    if (!clear || !(coding.empty() || strcasecmp(coding.c_str(), "chunked") == 0))
        throw HttpError(400, "bad_request", "say the body's length once: Content-Length, or Transfer-Encoding: chunked");
}

void answer_error(Call& call, int status, const std::string& code, const std::string& sentence) {
    call.answer(status, {{"error", {{"code", code}, {"message", sentence}}}});
    if (status == 401) call.response.set_header("WWW-Authenticate", "Bearer");
}

}  // namespace

void Router::add(std::string method, std::string path, Access access, std::function<void(Call&)> handler) {
    routes_.push_back({std::move(method), std::move(path), access, std::move(handler)});
}

const Route* Router::find(const std::string& method, const std::string& path, std::map<std::string, std::string>& parts) const {
    bool elsewhere = false;
    for (const Route& route : routes_) {
        if (!matches(route.path, path, parts)) continue;
        if (route.method == method) return &route;
        elsewhere = true;
    }
    if (elsewhere) throw HttpError(405, "bad_method", "this address does not know " + method);
    throw HttpError(404, "not_found", "there is nothing at this address");
}

const Route* Router::answer(Call& call) const {
    check_shape(call.request, call.body);
    guard_.check_host(call.request);
    const std::string& path = call.request.path;
    const Route* const route = find(call.request.method == "HEAD" ? "GET" : call.request.method, path, call.path);
    if (path.starts_with("/api/")) call.response.set_header("Cache-Control", "no-store");
    guard_.check_origin(call.request);
    if (route->access == Access::token) guard_.check_access_token(call.request);
    if (route->access == Access::session) call.session = guard_.session_of(call.request);
    route->handler(call);
    return route;
}

void Router::dispatch(const Request& request, Response& response, Body* body) const {
    const auto began = Clock::now();
    Call call{request, response, body, {}, ""};
    std::string name = "none";
    try {
        name = answer(call)->path;
    } catch (const HttpError& error) {
        answer_error(call, error.status, error.code, error.what());
    } catch (const std::exception& error) {
        log_event("internal error", {{"path", request.path}, {"why", error.what()}});
        answer_error(call, 500, "internal", "the server has a problem of its own: " + std::string(error.what()));
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    metrics_.count_request(is_known(request.method) ? request.method : "other", name, response.status, seconds);
}

}  // namespace invisiblur::serve
