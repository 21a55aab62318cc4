#include "serve/runner.hpp"

#include <csignal>

#include "base/part_file.hpp"
#include "serve/http_error.hpp"
#include "serve/log.hpp"
#include "serve/names.hpp"
#include "serve/worker_task.hpp"

namespace invisiblur::serve {
namespace {

namespace fs = std::filesystem;

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

HttpError refusal() {
    return {503, "busy", "there are too many videos to look at right now; ask again in a moment"};
}

/// What a worker saw in a file that was sent.
Json seen(const fs::path& file, const std::string& name, const ChildEnd& end, const Json& last) {
    if (last.is_object() && last.value("event", "") == "done") return last.value("media", Json::object());
    const bool told = last.is_object() && last.contains("sentence");
    const std::string why = told ? without_path(last["sentence"], file, name)
                                 : name + " cannot be read: the program that decodes it crashed (signal " + std::to_string(end.signal) + ")";
    throw HttpError(415, "not_a_video", why + "; the file was removed, choose a video");
}

}  // namespace

Runner::Runner(const Settings& settings, const Places& places, Store& store, Live& live, Metrics& metrics)
    : settings_(settings), places_(places), store_(store), live_(live), metrics_(metrics) {}

Runner::~Runner() {
    stop();
}

void Runner::start() {
    for (int i = 0; i < settings_.jobs; ++i) threads_.emplace_back([this] { work(true); });
    threads_.emplace_back([this] { work(false); });
}

void Runner::end() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& [key, child] : children_) child->stop();
    for (const auto& probe : probes_) probe->answer.set_exception(std::make_exception_ptr(refusal()));
    probing_ -= probes_.size();
    probes_.clear();
    news_.notify_all();
}

void Runner::stop() {
    end();
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

void Runner::work(bool jobs_too) {
    while (const auto work = next(jobs_too)) {
        if (work->probe)
            look(*work->probe, *work->child);
        else
            run(*work->job, *work->child);
        const std::lock_guard lock(mutex_);
        if (work->probe) --probing_;
        children_.erase(work->key());
        ended_.notify_all();
    }
}

/// Waits for it; nothing where the server ends.
std::optional<Runner::Work> Runner::next(bool jobs_too) {
    std::unique_lock lock(mutex_);
    Work work;
    while (!stopping_) {
        if (!probes_.empty()) {
            work.probe = probes_.front();
            probes_.pop_front();
        } else if (jobs_too) {
            work.job = store_.take_next();
        }
        if (work.probe || work.job) {
            work.child = children_[work.key()] = std::make_shared<Child>();
            return work;
        }
        news_.wait_for(lock, std::chrono::seconds(5));
    }
    return std::nullopt;
}

void Runner::run(const Job& job, Child& child) {
    const std::string kind = job.state == JobState::running ? "process" : "review";
    live_.touch(job.id);
    log_event("job started", {{"job", job.id}, {"task", kind}});
    try {
        run_task(job, child, kind);
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

void Runner::run_task(const Job& job, Child& child, const std::string& kind) {
    if (fs::is_symlink(job.source) || fs::is_symlink(job.output))
        throw std::runtime_error(job.name + " or its result is a link to another place; links are not followed");
    const WorkerTask task = make_task(settings_, places_, job, kind);
    Json last;
    const ChildEnd end = child.run(
        print(task.text), task.rules, [&](const std::string& line) { listen(job, line, last); }, task.longest);
    if (last.is_null() && kind == "process") clear_part(job.output);  // it did not end in order
    if (kind == "process")
        end_process(job, end, last, child.stopped());
    else
        end_review(job, last, child.stopped());
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
        if (last.value("matroska", false)) j.output.replace_extension(".mkv");
        j.review = ReviewState::wanted;
        j.rounds += 1;
        j.frames = last.value("frames", 0);
        j.faces = last.value("faces", 0);
        j.texts = last.value("texts", 0);
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
    const auto probe = std::make_shared<Probe>(file, name);
    std::future<Json> answer = probe->answer.get_future();
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || probing_ >= kMostProbes) throw refusal();
        ++probing_;
        probes_.push_back(probe);
        news_.notify_all();
    }
    return answer.get();
}

void Runner::look(Probe& probe, Child& child) {
    try {
        const WorkerTask task = make_probe(settings_, probe.file);
        Json last;
        const ChildEnd end = child.run(
            print(task.text), task.rules, [&](const std::string& line) { last = Json::parse(line, nullptr, false); }, task.longest);
        if (child.stopped()) throw refusal();
        probe.answer.set_value(seen(probe.file, probe.name, end, last));
    } catch (...) {
        probe.answer.set_exception(std::current_exception());
    }
}

}  // namespace invisiblur::serve
