#include "serve/router.hpp"

#include <chrono>

#include "serve/http_error.hpp"
#include "serve/http_server.hpp"
#include "serve/log.hpp"

namespace invisiblur::serve {
namespace {

using Clock = std::chrono::steady_clock;

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

void answer_error(Call& call, int status, const std::string& code, const std::string& sentence) {
    call.answer(status, {{"error", {{"code", code}, {"message", sentence}}}});
    if (status == 401) call.response.set_header("WWW-Authenticate", "Bearer");
    if (call.body) HttpServer::close_after_answer();  // its body may still come, and is no request
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
    const std::string& path = call.request.path;
    const Route* const route = find(call.request.method == "HEAD" ? "GET" : call.request.method, path, call.path);
    if (path.starts_with("/api/")) call.response.set_header("Cache-Control", "no-store");
    guard_.check_origin(call.request);
    if (route->access == Access::token) guard_.check_access_token(call.request);
    if (route->access == Access::session) call.session = guard_.session_of(call.request);
    route->handler(call);
    return route;
}

void Router::dispatch(const httplib::Request& request, httplib::Response& response, const httplib::ContentReader* body) const {
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
    metrics_.count_request(request.method, name, response.status < 0 ? 200 : response.status, seconds);
}

}  // namespace invisiblur::serve
