#include "serve/app.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "serve/api.hpp"
#include "serve/http_error.hpp"
#include "serve/http_server.hpp"
#include "serve/janitor.hpp"
#include "serve/log.hpp"
#include "serve/system_calls.hpp"

namespace invisiblur::serve {
namespace {

constexpr std::size_t kLongestTarget = 2048;
constexpr const char* kAnyPath = R"([\s\S]*)";

/// No script, style, picture or connection but the server's own; nobody frames the page.
const httplib::Headers kHeaders{
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self'; connect-src 'self'; "
     "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
};

/// Two servers in one folder would both run its jobs.
class FolderLock {
public:
    explicit FolderLock(const std::filesystem::path& file) : descriptor_(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
        if (descriptor_ >= 0 && flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
        if (descriptor_ >= 0) close(descriptor_);
        throw std::runtime_error("another invis-serve uses " + file.parent_path().string() + "; end it, or give another --data FOLDER");
    }
    ~FolderLock() { close(descriptor_); }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int descriptor_;
};

}  // namespace

struct App::Parts {
    explicit Parts(const Settings& s)
        : settings(s),
          places(settings.data),
          lock(places.lock()),
          store(places.database()),
          runner(settings, places, store, live, metrics),
          guard(settings, store),
          uploads(settings, places, store, runner, metrics),
          jobs(settings, places, store, live, runner, uploads),
          context{settings, places, store, live, runner, metrics, guard, uploads, jobs},
          router(guard, metrics) {
        add_session_routes(router, context);
        add_upload_routes(router, context);
        add_job_routes(router, context);
        add_review_routes(router, context);
        add_event_routes(router, context);
        add_page_routes(router, context);
        connect();
    }

    void connect() {
        using httplib::ContentReader, httplib::Request, httplib::Response;
        const auto without = [this](const Request& request, Response& response) { router.dispatch(request, response, nullptr); };
        const auto with = [this](const Request& request, Response& response, const ContentReader& body) { router.dispatch(request, response, &body); };
        server.Get(kAnyPath, without);
        server.Post(kAnyPath, with);
        server.Put(kAnyPath, with);
        server.Delete(kAnyPath, without);
        server.set_default_headers(kHeaders);
        server.set_pre_routing_handler([this](const Request& request, Response& response) { return admit(request, response); });
    }

    /// What must be known before the library reads a byte of the body.
    httplib::Server::HandlerResponse admit(const httplib::Request& request, httplib::Response& response) {
        const Call call{request, response, nullptr, {}, ""};
        const auto refuse = [&](int status, const std::string& code, const std::string& sentence) {
            call.answer(status, {{"error", {{"code", code}, {"message", sentence}}}});
            HttpServer::close_after_answer();
            metrics.count_request(request.method, "none", status, 0);
            return httplib::Server::HandlerResponse::Handled;
        };
        const bool known = request.method == "GET" || request.method == "HEAD" || request.method == "POST" || request.method == "PUT" || request.method == "DELETE";
        if (!known) return refuse(405, "bad_method", "this server does not know " + request.method);
        if (request.target.size() > kLongestTarget) return refuse(414, "too_long", "this address is too long");
        const std::string length = request.get_header_value("Content-Length");
        const bool takes_body = request.method == "POST" || request.method == "PUT";
        if (!takes_body && (!(length.empty() || length == "0") || request.has_header("Transfer-Encoding")))
            return refuse(400, "bad_request", request.method + " takes no body");
        try {
            guard.check_host(request);
        } catch (const HttpError& error) {
            return refuse(error.status, error.code, error.what());
        }
        return httplib::Server::HandlerResponse::Unhandled;
    }

    const Settings settings;
    Places places;
    FolderLock lock;
    Store store;
    Live live;
    Metrics metrics;
    Runner runner;
    Guard guard;
    UploadDesk uploads;
    JobDesk jobs;
    Context context;
    Router router;
    HttpServer server;
    int port = 0;
};

App::App(const Settings& settings) : parts_(std::make_unique<Parts>(settings)) {
    parts_->port = parts_->server.open(settings.bind, settings.port);
    parts_->guard.set_port(parts_->port);
    const int left = parts_->store.requeue();
    if (left > 0) log_event("jobs taken up again", {{"jobs", left}});
    if (!FileRules::kept()) log_event("workers see all files", {{"why", "this kernel has no Landlock (Linux 5.13 and later have it)"}});
    if (!knows_system_calls()) log_event("workers may ask the kernel for all", {{"why", "no list of system calls is known for this architecture"}});
}

App::~App() = default;

void App::run() {
    parts_->runner.start();
    const Janitor janitor(parts_->context);
    parts_->server.listen_after_bind();
    parts_->runner.stop();
}

void App::stop() {
    parts_->live.close();
    parts_->runner.end();
    parts_->server.end();
}

int App::port() const {
    return parts_->port;
}

}  // namespace invisiblur::serve
