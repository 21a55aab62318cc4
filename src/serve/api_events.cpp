#include <memory>

#include "serve/api.hpp"
#include "serve/http_error.hpp"

namespace invisiblur::serve {
namespace {

constexpr auto kHeartbeat = std::chrono::seconds(10);
constexpr auto kPause = std::chrono::milliseconds(200);  ///< so that a quick job does not flood a slow client

/// Says what changes in a session's jobs, or in one of them, as Server-Sent Events: "job" with the job, "gone" with its id.
class EventStream {
public:
    EventStream(Context& context, std::string session, std::string only)
        : context_(context), session_(std::move(session)), only_(std::move(only)), seen_(context.live.version()) {}

    /// Sends what is new, or waits for it. False where nobody listens any more.
    bool send(httplib::DataSink& sink) {
        if (context_.live.closed()) {
            sink.done();
            return true;
        }
        if (first_) {
            first_ = false;
            return send_all(sink);
        }
        context_.live.wait(seen_, kHeartbeat);
        const std::uint64_t now = context_.live.version();
        if (now == seen_) return write(sink, ": still here\n\n");
        for (const auto& [id, version] : context_.live.changed_since(seen_))
            if (!send_job(sink, id)) return false;
        seen_ = now;
        std::this_thread::sleep_for(kPause);
        return sink.is_writable();
    }

private:
    bool send_all(httplib::DataSink& sink) {
        if (!write(sink, "retry: 1000\n\n")) return false;
        for (const Job& job : context_.store.jobs_of(session_))
            if (!send_job(sink, job.id)) return false;
        return true;
    }

    bool send_job(httplib::DataSink& sink, const std::string& id) {
        if (!only_.empty() && id != only_) return true;
        const auto job = context_.store.job(id);
        if (job && job->session != session_) return true;
        if (!job && known_.erase(id) == 0) return true;
        if (!job) return write(sink, "event: gone\ndata: " + print({{"id", id}}) + "\n\n");
        known_.insert(id);
        return write(sink, "event: job\ndata: " + print(context_.jobs.describe(*job)) + "\n\n");
    }

    static bool write(httplib::DataSink& sink, const std::string& text) { return sink.is_writable() && sink.write(text.data(), text.size()); }

    Context& context_;
    const std::string session_;
    const std::string only_;
    std::set<std::string> known_;
    std::uint64_t seen_;
    bool first_ = true;
};

void stream_events(Context& context, const Call& call, const std::string& only) {
    const auto stream = std::make_shared<EventStream>(context, call.session, only);
    call.response.set_header("X-Accel-Buffering", "no");
    call.response.set_chunked_content_provider("text/event-stream", [stream](std::size_t, httplib::DataSink& sink) { return stream->send(sink); });
}

}  // namespace

void add_event_routes(Router& router, Context& context) {
    router.add("GET", "/api/v1/events", Access::session, [&](Call& call) { stream_events(context, call, ""); });
    router.add("GET", "/api/v1/jobs/{id}/events", Access::session,
               [&](Call& call) { stream_events(context, call, context.jobs.find(call.session, call.path["id"]).id); });
}

}  // namespace invisiblur::serve
