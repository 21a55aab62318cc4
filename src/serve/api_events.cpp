#include <memory>
#include <set>
#include <thread>

#include "serve/api.hpp"
#include "serve/http_error.hpp"

namespace invisiblur::serve {
namespace {

constexpr auto kHeartbeat = std::chrono::seconds(10);
constexpr auto kWait = std::chrono::milliseconds(500);   ///< at a time, so that a client that has gone is noticed
constexpr auto kPause = std::chrono::milliseconds(200);  ///< so that a quick job does not flood a slow client

/// Says what changes in a session's jobs, or in one of them, as Server-Sent Events: "job" with the job, "gone" with its id.
class EventStream : public Content {
public:
    EventStream(Context& context, std::string session, std::string only)
        : context_(context), session_(std::move(session)), only_(std::move(only)), seen_(context.live.version()) {
        text_ = "retry: 1000\n\n";
        for (const Job& job : context_.store.jobs_of(session_)) tell(job.id);
    }

    std::optional<std::uint64_t> size() const override { return std::nullopt; }

    std::optional<std::size_t> read(std::uint64_t, std::span<char> to) override {
        if (context_.live.closed()) return std::nullopt;
        if (text_.empty()) wait();
        const std::size_t count = text_.copy(to.data(), to.size());
        text_.erase(0, count);
        return count;
    }

private:
    using Clock = std::chrono::steady_clock;

    void wait() {
        std::this_thread::sleep_until(told_ + kPause);
        context_.live.wait(seen_, kWait);
        const std::uint64_t now = context_.live.version();
        if (now == seen_ && Clock::now() - told_ < kHeartbeat) return;
        for (const auto& [id, version] : context_.live.changed_since(seen_)) tell(id);
        seen_ = now;
        told_ = Clock::now();
        if (text_.empty()) text_ = ": still here\n\n";
    }

    void tell(const std::string& id) {
        if (!only_.empty() && id != only_) return;
        const auto job = context_.store.job(id);
        if (job && job->session != session_) return;
        if (!job && known_.erase(id) == 0) return;
        if (job) known_.insert(id);
        text_ += job ? "event: job\ndata: " + print(context_.jobs.describe(*job)) : "event: gone\ndata: " + print({{"id", id}});
        text_ += "\n\n";
    }

    Context& context_;
    const std::string session_;
    const std::string only_;
    std::set<std::string> known_;
    std::uint64_t seen_;
    std::string text_;  ///< that waits to be sent
    Clock::time_point told_ = Clock::now();
};

void stream_events(Context& context, Call& call, const std::string& only) {
    call.response.set_header("X-Accel-Buffering", "no");
    call.response.type = "text/event-stream";
    call.response.content = std::make_unique<EventStream>(context, call.session, only);
}

}  // namespace

void add_event_routes(Router& router, Context& context) {
    router.add("GET", "/api/v1/events", Access::session, [&](Call& call) { stream_events(context, call, ""); });
    router.add("GET", "/api/v1/jobs/{id}/events", Access::session,
               [&](Call& call) { stream_events(context, call, context.jobs.find(call.session, call.path["id"]).id); });
}

}  // namespace invisiblur::serve
