#include "serve/runner.hpp"

#include <csignal>

#include "base/part_file.hpp"
#include "serve/http_error.hpp"
#include "serve/limits.hpp"
#include "serve/log.hpp"
#include "serve/names.hpp"

namespace invisiblur::serve {
namespace {

namespace fs = std::filesystem;

constexpr auto kProbeTime = std::chrono::seconds(60);
constexpr std::int64_t kProbeCpuS = 60;

/// People know their file by its name, not by where the server keeps it.
std::string without_path(std::string sentence, const fs::path& path, const std::string& name) {
    const std::string long_name = path.string();
    for (std::size_t at = sentence.find(long_name); at != std::string::npos; at = sentence.find(long_name, at + name.size()))
        sentence.replace(at, long_name.size(), name);
    return sentence;
}

/// A worker that was killed left a part of a result that nobody will finish.
void clear_part(const fs::path& output) {
    try {
        const PartFile left(output.string());
    } catch (const std::exception&) {
        // somebody else writes there, or the folder is gone: nothing of ours is left
    }
}

}  // namespace

Runner::Runner(const Settings& settings, const Places& places, Store& store, Live& live, Metrics& metrics)
    : settings_(settings), places_(places), store_(store), live_(live), metrics_(metrics) {}

Runner::~Runner() {
    stop();
}

void Runner::start() {
    for (int i = 0; i < settings_.jobs; ++i) threads_.emplace_back([this] { work(); });
}

void Runner::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (auto& [id, child] : children_) child->stop();
        news_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void Runner::wake() {
    const std::lock_guard lock(mutex_);
    news_.notify_all();
}

void Runner::cancel(const std::string& id) {
    const auto job = store_.change(id, [](Job& j) {
        if (j.state == JobState::queued) j.state = j.has_result ? JobState::done : JobState::cancelled;
    });
    const std::lock_guard lock(mutex_);
    const auto running = children_.find(id);
    if (job && job->state != JobState::done && running != children_.end()) running->second->stop();
    live_.touch(id);
}

void Runner::discard(const std::string& id) {
    std::unique_lock lock(mutex_);
    const auto running = children_.find(id);
    if (running != children_.end()) running->second->stop();
    ended_.wait(lock, [&] { return !children_.contains(id); });
}

void Runner::work() {
    for (;;) {
        std::optional<Job> job;
        {
            std::unique_lock lock(mutex_);
            while (!stopping_ && !(job = store_.take_next())) news_.wait_for(lock, std::chrono::seconds(5));
            if (stopping_ && !job) return;
            if (job) children_[job->id] = std::make_shared<Child>();
            if (stopping_) children_[job->id]->stop();
        }
        run(*job);
        const std::lock_guard lock(mutex_);
        children_.erase(job->id);
        ended_.notify_all();
    }
}

void Runner::run(const Job& job) {
    const std::string kind = job.state == JobState::running ? "process" : "review";
    live_.touch(job.id);
    log_event("job started", {{"job", job.id}, {"task", kind}});
    try {
        run_task(job, kind);
    } catch (const std::exception& error) {
        log_event("job failed", {{"job", job.id}, {"why", error.what()}});
        store_.change(job.id, [&](Job& j) {
            if (kind == "review") {
                j.review = ReviewState::failed;
                return;
            }
            j.state = JobState::failed;
            j.error = error.what();
            j.error_code = "failed";
            j.finished = now_ms();
        });
    }
    live_.forget(job.id);
}

Json Runner::limits() const {
    return {{"memory", settings_.worker_memory > 0 ? settings_.worker_memory : usual_worker_memory(settings_.jobs)},
            {"cpu_s", std::int64_t{settings_.max_hours} * 3600 * static_cast<std::int64_t>(std::max(1U, std::thread::hardware_concurrency()))},
            {"file_size", settings_.max_size * 8}};  // a lossless result can be larger than its source
}

Json Runner::task_for(const Job& job, const std::string& kind) const {
    Json task{{"task", kind},
              {"source", job.source.string()},
              {"output", job.output.string()},
              {"folder", places_.job(job.id).string()},
              {"options", job.options},
              {"threads", settings_.threads},
              {"overwrite", job.overwrite || job.has_result},
              {"limits", limits()}};
    if (kind != "process" || !job.use_edited) return task;
    task["tracks"] = (places_.job(job.id) / "edited.json").string();
    task["except_tracks"] = job.visible;
    return task;
}

void Runner::run_task(const Job& job, const std::string& kind) {
    std::shared_ptr<Child> child;
    {
        const std::lock_guard lock(mutex_);
        child = children_.at(job.id);
    }
    if (fs::is_symlink(job.source) || fs::is_symlink(job.output))
        throw std::runtime_error(job.name + " or its result is a link to another place; links are not followed");
    fs::create_directories(places_.job(job.id));
    Json last;
    const ChildEnd end = child->run(
        print(task_for(job, kind)), [&](const std::string& line) { listen(job, line, last); }, std::chrono::hours(settings_.max_hours));
    if (last.is_null() && kind == "process") clear_part(job.output);  // it did not end in order
    if (kind == "process")
        end_process(job, end, last, child->stopped());
    else
        end_review(job, last, child->stopped());
}

void Runner::listen(const Job& job, const std::string& line, Json& last) {
    const Json event = Json::parse(line, nullptr, false);
    if (!event.is_object() || !event.contains("event") || !event["event"].is_string()) return;
    const std::string what = event["event"];
    if (what == "progress") {
        live_.progress(job.id, event);
    } else if (what == "picture") {
        live_.picture(job.id);
    } else if (what == "done" || what == "failed") {
        last = event;
    }
}

std::string Runner::explain(const Job& job, const ChildEnd& end, const Json& last) const {
    const std::string hours = std::to_string(settings_.max_hours);
    if (!end.in_time || end.signal == SIGXCPU)
        return job.name + " took longer than the " + hours + " hours that a job may take; start invis-serve with a larger --max-hours";
    if (last.is_object() && last.value("event", "") == "failed")
        return without_path(without_path(last.value("sentence", "it failed"), job.source, job.name), job.output, job.output.filename().string());
    return "the program that decodes " + job.name + " crashed" + (end.signal ? " (signal " + std::to_string(end.signal) + ")" : "") +
           "; nothing was written, and the other jobs go on. Is the file damaged?";
}

void Runner::end_process(const Job& job, const ChildEnd& end, const Json& last, bool stopped) {
    const bool done = last.is_object() && last.value("event", "") == "done";
    bool again = false;
    {
        const std::lock_guard lock(mutex_);
        again = stopped && stopping_ && !done;
    }
    const std::string sentence = done ? "" : explain(job, end, last);
    store_.change(job.id, [&](Job& j) {
        j.finished = again ? 0 : now_ms();
        j.state = done ? JobState::done : again ? JobState::queued : stopped ? JobState::cancelled : JobState::failed;
        if (j.state == JobState::cancelled && j.has_result) j.state = JobState::done;  // the result of the round before stands
        j.error = j.state == JobState::failed ? sentence : "";
        j.error_code = j.state != JobState::failed ? "" : end.signal != 0 || last.is_null() ? "crashed" : last.value("code", "failed");
        if (!done) return;
        j.has_result = true;
        j.review = ReviewState::wanted;
        j.rounds += 1;
        j.frames = last.value("frames", 0);
        j.faces = last.value("faces", 0);
        j.doubtful = last.value("doubtful", 0);
    });
    metrics_.count_job(done ? "done" : stopped ? "cancelled" : "failed", last.is_object() ? last.value("frames", 0) : 0);
    log_event("job ended", {{"job", job.id}, {"done", done}, {"stopped", stopped}, {"signal", end.signal}});
}

void Runner::end_review(const Job& job, const Json& last, bool stopped) {
    const bool done = last.is_object() && last.value("event", "") == "done";
    store_.change(job.id, [&](Job& j) {
        if (j.review != ReviewState::preparing) return;
        j.review = done ? ReviewState::ready : stopped ? ReviewState::wanted : ReviewState::failed;
        if (done) j.media = last.value("media", Json::object());
    });
    log_event("review ended", {{"job", job.id}, {"done", done}});
}

Json Runner::probe(const fs::path& file, const std::string& name) {
    Json bounds = limits();
    bounds["cpu_s"] = kProbeCpuS;
    bounds["file_size"] = 1;
    const Json task{{"task", "probe"}, {"source", file.string()}, {"limits", bounds}, {"threads", 1}};
    Json last;
    Child child;
    const ChildEnd end = child.run(
        print(task), [&](const std::string& line) { last = Json::parse(line, nullptr, false); }, kProbeTime);
    if (last.is_object() && last.value("event", "") == "done") return last.value("media", Json::object());
    const bool told = last.is_object() && last.contains("sentence");
    const std::string why = told ? without_path(last["sentence"], file, name)
                                 : name + " cannot be read: the program that decodes it crashed (signal " + std::to_string(end.signal) + ")";
    throw HttpError(415, "not_a_video", why + "; the file was removed, choose a video");
}

}  // namespace invisiblur::serve
