#include "serve/app.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "serve/api.hpp"
#include "serve/http_server.hpp"
#include "serve/janitor.hpp"
#include "serve/log.hpp"
#include "serve/system_calls.hpp"

namespace invisiblur::serve {
namespace {

/// No script, style, picture or connection but the server's own; nobody frames the page.
constexpr std::pair<const char*, const char*> kHeaders[]{
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
          router(guard, metrics),
          server([this](const Request& request, Response& response, Body* body) { answer(request, response, body); }) {
        add_session_routes(router, context);
        add_upload_routes(router, context);
        add_job_routes(router, context);
        add_review_routes(router, context);
        add_event_routes(router, context);
        add_page_routes(router, context);
    }

    void answer(const Request& request, Response& response, Body* body) {
        for (const auto& [name, value] : kHeaders) response.set_header(name, value);
        router.dispatch(request, response, body);
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
    parts_->server.run();
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
