#include "serve/worker.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <mutex>
#include <new>

#include "base/atomic_file.hpp"
#include "base/signal_shield.hpp"
#include "invisiblur/error.hpp"
#include "invisiblur/transcode.hpp"
#include "job/signals.hpp"
#include "media/libav/log.hpp"
#include "media/libav/video_facts.hpp"
#include "media/write/preview_clip.hpp"
#include "serve/http_error.hpp"
#include "serve/job.hpp"
#include "serve/limits.hpp"
#include "serve/option_form.hpp"
#include "track/track_kinds.hpp"

namespace invisiblur::serve {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

void say(const Json& event) {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    std::cout << print(event) << std::endl;
}

/// Tells the server how far the job is.
class WorkerProgress : public Progress {
public:
    explicit WorkerProgress(fs::path folder) : folder_(std::move(folder)) {}

    void update(const ProgressStep& step) override {
        const bool writing = step.pass == step.passes;
        say({{"event", "progress"},
             {"stage", writing ? "writing" : "analysing"},
             {"pass", step.pass},
             {"passes", step.passes},
             {"frame", step.frame},
             {"frames_total", step.frames_total},
             {"frames_per_second", step.frames_per_second},
             {"left_s", step.left_s},
             {"faces", step.faces}});
    }
    void warn(const std::string& sentence) override { say({{"event", "warning"}, {"sentence", sentence}}); }
    bool wants_pictures() const override { return true; }
    void picture(const std::string& jpeg) override {
        write_file_atomically((folder_ / "preview.jpg").string(), jpeg);
        say({{"event", "picture"}});
    }

private:
    fs::path folder_;
};

Options options_of(const Json& task) {
    Options options = read_options(task.value("options", Json::object()));
    options.model = task.value("model", "");
    options.threads = task.value("threads", 0);
    return options;
}

Json facts_json(const av::VideoFacts& facts) {
    return {{"width", facts.width},
            {"height", facts.height},
            {"rotation", facts.rotation_degrees},
            {"frame_rate", facts.frame_rate},
            {"start_s", facts.start_s},
            {"duration_s", facts.duration_s},
            {"frames", facts.frames},
            {"codec", facts.codec},
            {"sound", facts.sound}};
}

Json probe(const Json& task, const std::atomic<bool>& cancel) {
    return {{"media", facts_json(av::read_video_facts(task.at("source"), options_of(task), cancel))}};
}

Json process(const Json& task, const fs::path& folder, WorkerProgress& progress) {
    av::read_video_facts(task.at("source"), options_of(task), progress.cancel);  // refuses playlists
    TranscodeJob job{task.at("source"), task.at("output"), options_of(task), false};
    job.options.overwrite = task.value("overwrite", false);
    job.options.report = (folder / "report.json").string();
    job.options.tracks = task.value("tracks", "");
    const bool corrected = !job.options.tracks.empty();
    job.options.save_tracks = (folder / (corrected ? hidden_tracks_name(task.value("round", 0)) : "tracks.json")).string();
    if (corrected) job.options.persons = false;  // they are told apart already
    job.options.except_tracks = task.value("except_tracks", std::vector<int>());
    const Report report = transcode(job, progress);
    if (!report.faces_expected_met) throw std::runtime_error("fewer faces were found than expected; nothing was written");
    std::int64_t faces = 0, texts = 0, doubtful = 0, frames = 0;
    for (const StreamReport& stream : report.streams) {
        faces += static_cast<std::int64_t>(face_count(stream.tracks));
        texts += static_cast<std::int64_t>(text_count(stream.tracks));
        doubtful += static_cast<std::int64_t>(stream.doubtful.size());
        frames += stream.frames;
    }
    const bool own_kind = report.output == job.output;  // else it is Matroska: see settled()
    return {{"faces", faces}, {"texts", texts}, {"doubtful", doubtful}, {"frames", frames}, {"matroska", !own_kind}};
}

/// Both clips; the source's is made once.
Json review(const Json& task, const fs::path& folder, WorkerProgress& progress) {
    const Options options = options_of(task);
    const std::string source = task.at("source");
    const av::VideoFacts facts = av::read_video_facts(source, options, progress.cancel);
    auto said = Clock::now();
    const auto make = [&](const std::string& from, const char* name, int pass) {
        av::make_preview_clip({from, (folder / name).string()}, options, progress.cancel, [&](std::int64_t frame) {
            if (Clock::now() - said < std::chrono::milliseconds(500)) return;
            said = Clock::now();
            say({{"event", "progress"}, {"stage", "preparing"}, {"pass", pass}, {"passes", 2}, {"frame", frame}, {"frames_total", facts.frames}});
        });
    };
    if (!fs::exists(folder / "source.mp4")) make(source, "source.mp4", 1);
    make(task.at("output"), "result.mp4", 2);
    return {{"media", facts_json(facts)}};
}

Json work(const Json& task, WorkerProgress& progress) {
    const std::string kind = task.at("task");
    const fs::path folder = task.value("folder", "");
    if (kind == "probe") return probe(task, progress.cancel);
    if (kind == "process") return process(task, folder, progress);
    if (kind == "review") return review(task, folder, progress);
    throw std::runtime_error("there is no task " + kind);
}

int fail(const std::string& code, const std::string& sentence) {
    say({{"event", "failed"}, {"code", code}, {"sentence", sentence}});
    return 1;
}

std::string code_of(const std::string& sentence, const std::string& otherwise) {
    if (sentence.find("No space left") != std::string::npos || sentence.find("disk is full") != std::string::npos) return "disk_full";
    if (sentence.find("exists already") != std::string::npos) return "result_exists";
    return otherwise;
}

}  // namespace

int run_worker() {
    std::string otherwise = "failed";
    try {
        const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
        const Json task = Json::parse(text);
        if (task.at("task") == "probe") otherwise = "not_a_video";
        // What is too much for memory goes to a file without a name where others may not look.
        if (const std::string folder = task.value("folder", ""); !folder.empty()) setenv("TMPDIR", folder.c_str(), 1);
        const Json limits = task.value("limits", Json::object());
        confine_this_process({limits.value("memory", std::int64_t{0}), limits.value("cpu_s", std::int64_t{0}), limits.value("file_size", std::int64_t{0})});
        install_signal_handlers();
        av::set_libav_verbosity(0);
        const SignalShield shield;
        WorkerProgress progress(task.value("folder", ""));
        const Cancellable cancellable(progress);
        Json done = work(task, progress);
        done["event"] = "done";
        say(done);
        return 0;
    } catch (const Cancelled&) {
        return fail("cancelled", "stopped; nothing was written");
    } catch (const std::bad_alloc&) {
        return fail("out_of_memory", "this video needs more memory than one job may take; start invis-serve with a larger --worker-memory");
    } catch (const std::exception& error) {
        return fail(code_of(error.what(), otherwise), error.what());
    }
}

}  // namespace invisiblur::serve
