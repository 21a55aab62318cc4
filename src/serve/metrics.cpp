#include "serve/metrics.hpp"

#include <fmt/format.h>

namespace invisiblur::serve {
namespace {

std::string head(const std::string& name, const std::string& kind, const std::string& help) {
    return fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, kind);
}

}  // namespace

void Metrics::count_request(const std::string& method, const std::string& route, int status, double seconds) {
    const std::lock_guard lock(mutex_);
    ++requests_[fmt::format(R"(method="{}",route="{}",status="{}")", method, route.empty() ? "page" : route, status)];
    request_seconds_ += seconds;
    ++request_count_;
}

void Metrics::count_job(const std::string& outcome, std::int64_t frames) {
    const std::lock_guard lock(mutex_);
    ++jobs_[outcome];
    frames_ += frames;
}

void Metrics::count_upload_bytes(std::int64_t bytes) {
    const std::lock_guard lock(mutex_);
    upload_bytes_ += bytes;
}

std::string Metrics::text(Store& store) {
    std::map<std::string_view, int> states;
    for (const JobState state : {JobState::queued, JobState::running, JobState::done, JobState::failed, JobState::cancelled}) states[to_string(state)] = 0;
    for (const Job& job : store.jobs()) ++states[to_string(job.state)];
    const std::lock_guard lock(mutex_);
    std::string text = head("invisiblur_jobs", "gauge", "Jobs that are kept, by state.");
    for (const auto& [state, count] : states) text += fmt::format("invisiblur_jobs{{state=\"{}\"}} {}\n", state, count);
    text += head("invisiblur_jobs_ended_total", "counter", "Jobs that ended since the start, by outcome.");
    for (const auto& [outcome, count] : jobs_) text += fmt::format("invisiblur_jobs_ended_total{{outcome=\"{}\"}} {}\n", outcome, count);
    text += head("invisiblur_frames_total", "counter", "Frames of videos that were processed to the end since the start.");
    text += fmt::format("invisiblur_frames_total {}\n", frames_);
    text += head("invisiblur_upload_bytes_total", "counter", "Bytes received as uploads since the start.");
    text += fmt::format("invisiblur_upload_bytes_total {}\n", upload_bytes_);
    text += head("invisiblur_http_requests_total", "counter", "Answered requests since the start.");
    for (const auto& [labels, count] : requests_) text += fmt::format("invisiblur_http_requests_total{{{}}} {}\n", labels, count);
    text += head("invisiblur_http_request_duration_seconds", "summary", "Time from a request's headers to its answer, streams apart.");
    text += fmt::format("invisiblur_http_request_duration_seconds_sum {}\ninvisiblur_http_request_duration_seconds_count {}\n", request_seconds_,
                        request_count_);
    return text;
}

}  // namespace invisiblur::serve
