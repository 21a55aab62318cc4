#pragma once
#include <functional>
#include <string>
#include <vector>

#include "serve/call.hpp"
#include "serve/guard.hpp"
#include "serve/metrics.hpp"

namespace invisiblur::serve {

/// Who may call.
enum class Access { anyone, token, session };

/// One way to call the server: "GET", "/api/v1/jobs/{id}".
struct Route {
    std::string method;
    std::string path;
    Access access;
    std::function<void(Call&)> handler;
};

/// Finds the handler of a request, after the guard let it in, and turns errors into answers: {"error": {"code": …, "message": …}}.
/// Order:   add() all, then dispatch().
/// Threads: dispatch() is safe.
class Router {
public:
    /// Owns: borrows both.
    Router(Guard& guard, Metrics& metrics) : guard_(guard), metrics_(metrics) {}

    void add(std::string method, std::string path, Access access, std::function<void(Call&)> handler);
    const std::vector<Route>& routes() const { return routes_; }

    /// In: body, null where the method has none.
    void dispatch(const Request& request, Response& response, Body* body) const;

private:
    const Route* find(const std::string& method, const std::string& path, std::map<std::string, std::string>& parts) const;
    const Route* answer(Call& call) const;

    Guard& guard_;
    Metrics& metrics_;
    std::vector<Route> routes_;
};

}  // namespace invisiblur::serve
