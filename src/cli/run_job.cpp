#include "cli/run_job.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "base/atomic_file.hpp"
#include "base/time_code.hpp"
#include "cli/message.hpp"
#include "cli/nearest_word.hpp"
#include "cli/plan.hpp"
#include "cli/summary.hpp"
#include "cli/wording.hpp"
#include "detect/engine_note.hpp"
#include "invisiblur/error.hpp"
#include "job/signals.hpp"
#include "media/libav/live_address.hpp"
#include "media/libav/protocols.hpp"
#include "media/read/kept_facts.hpp"
#include "options/box_file_name.hpp"
#include "track/track_choice.hpp"

namespace invisiblur::cli {
namespace {

namespace fs = std::filesystem;

void make_folders(const TranscodeJob& job) {
    const Options& o = job.options;
    for (const std::string& path : {o.output, o.report, o.save_tracks, o.save_plate}) {
        const fs::path folder = fs::path(path).parent_path();
        std::error_code failed;
        if (path == "-" || folder.empty() || av::takes_live(path) || !job.identify) continue;
        fs::create_directories(folder, failed);
        if (failed) throw std::runtime_error("cannot make the folder " + folder.string() + ": " + failed.message());
    }
}

/// A wrong name gets the message of the system, and the name beside it that may have been meant.
void check_input(const std::string& path) {
    std::error_code failed;
    if (path == "-" || av::is_url(path) || fs::exists(path, failed) || failed || fs::is_symlink(path, failed)) return;
    std::vector<std::string> names;
    const fs::path folder = fs::path(path).parent_path();
    for (fs::directory_iterator at(folder.empty() ? "." : folder, failed), end; !failed && at != end; at.increment(failed)) names.push_back(at->path().filename().string());
    std::ranges::sort(names);
    const std::string nearest = nearest_word(fs::path(path).filename().string(), names);
    if (!nearest.empty()) throw std::runtime_error("cannot open " + path + ": No such file or directory; did you mean " + (folder / nearest).string() + "?");
}

/// What can be known to fail before hours of work.
void check_job(const TranscodeJob& job) {
    const Options& options = job.options;
    check_input(job.input);
    if (writes_video(options) && job.output == "-" && isatty(STDOUT_FILENO) == 1) {
        throw std::runtime_error("the result would be written to the terminal: give -o FILE or a pipe");
    }
    make_folders(job);
    if (!options.report.empty() && options.report != "-") check_file_is_writable(options.report);
    if (!options.save_tracks.empty()) check_file_is_writable(options.save_tracks);
    if (!options.boxes_out.empty()) check_file_is_writable(box_path(options.boxes_out));
    if (!options.spans_out.empty()) check_file_is_writable(options.spans_out);
    if (!options.landmarks_out.empty()) check_file_is_writable(options.landmarks_out);
    if (!options.tracks.empty()) check_chosen_tracks(options, read_tracks_file(options.tracks));
}

std::int64_t count_frames(const Report& report) {
    std::int64_t frames = 0;
    for (const StreamReport& stream : report.streams) frames += stream.frames;
    return frames;
}

std::size_t count_faces(const Report& report) {
    std::size_t faces = 0;
    for (const StreamReport& stream : report.streams) faces += stream.tracks.tracks.size();
    return faces;
}

/// The result's name, or what was done instead.
std::string done_name(const TranscodeJob& job) {
    if (job.options.hash) return job_name(job) + " (hashed)";
    if (!writes_video(job.options)) return job_name(job) + " (analysed)";
    return job.output == "-" ? "standard output" : job.output;
}

/// Reports and hashes go there; jobs at the same time take turns.
void finish_stdout(const TranscodeJob& job, const Report& report) {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    if (job.options.report == "-") std::cout << print_report(report);
    if (std::cout.flush()) return;
    const std::string why = "cannot write to standard output: the disk is full, or nobody reads it any more";
    const bool stands = !report.output.empty() && report.output != "-";
    throw std::runtime_error(stands ? report.output + " was written and is whole, but its report was not: " + why : why);
}

class Running {
public:
    Running(TranscodeJob job, Screen& screen, StderrProgress& progress, Records* records)
        : job_(std::move(job)), screen_(screen), progress_(progress), records_(records) {}

    /// Errors: as transcode().
    Outcome run() {
        if (records_ && stands_already()) return Outcome::done_before;
        if (records_ && is_kept()) return Outcome::kept;
        check_job(job_);
        progress_.tell("start", {{"output", job_.output}});
        const Report report = transcode(job_, progress_, job_.options.hash ? &std::cout : nullptr);
        progress_.clear();
        if (records_ && !(report.verify && !report.verify->passed)) records_->add(job_, report);
        finish_stdout(job_, report);
        if (!report.faces_expected_met) return too_few(count_faces(report));
        if (report.verify && !report.verify->passed) return unsafe(report);
        progress_.tell("done", {{"output", report.output},
                                {"frames", count_frames(report)},
                                {"faces", static_cast<std::int64_t>(count_faces(report))},
                                {"elapsed_s", report.elapsed_s}});
        if (const std::string note = take_engine_note(); !note.empty()) say(message(note));
        say(summary(done_name(job_), job_, report, av::kept_facts(report.output)));
        if (job_.options.verbose) screen_.say("detector: " + report.detector + "\noptions: " + report.options);
        return Outcome::done;
    }

    /// "in.mkv: …", unless the sentence begins with the name already.
    Outcome fail(const std::string& sentence, Outcome outcome = Outcome::failed) {
        progress_.clear();
        const std::string name = job_name(job_);
        const bool named = sentence.starts_with(name + ":") || sentence.starts_with(name + " ");
        progress_.tell("failed", {{"sentence", sentence}, {"status", std::int64_t{outcome == Outcome::too_few || outcome == Outcome::unsafe ? 3 : 1}}});
        screen_.say(message(named ? sentence : name + ": " + sentence));
        return outcome;
    }

private:
    void say(const std::string& line) {
        if (!job_.options.quiet) screen_.say(line);
    }

    bool stands_already() {
        if (!records_->is_done(job_)) return false;
        progress_.tell("skipped", {{"output", job_.output}, {"why", "done before"}});
        say((job_.output.empty() ? job_name(job_) : job_.output) + ": done before");
        return true;
    }

    bool is_kept() {
        std::error_code failed;
        if (!job_.options.never_overwrite || !writes_video(job_.options) || !fs::exists(job_.output, failed)) return false;
        progress_.tell("skipped", {{"output", job_.output}, {"why", "exists"}});
        say(job_.output + ": exists and is kept");
        return true;
    }

    Outcome too_few(std::size_t faces) {
        return fail("found " + counted(faces, "face") + " where --expect-faces " + std::to_string(job_.options.expect_faces) +
                        " were expected; nothing was written",
                    Outcome::too_few);
    }

    /// "in.mkv: --verify found 2 faces in the result, the first at 00:00:01.280; it stands as in_unsafe.mkv"
    Outcome unsafe(const Report& report) {
        using Kind = VerifyFinding::Kind;
        std::size_t faces = 0;
        const VerifyFinding* first = nullptr;
        for (const VerifyFinding& finding : report.verify->findings) {
            if (finding.kind != Kind::remaining && finding.kind != Kind::fresh) continue;
            ++faces;
            if (!first || finding.start_s < first->start_s) first = &finding;
        }
        return fail("--verify found " + counted(faces, "face") + " in the result, the first at " + time_code(first->start_s) +
                        (job_.options.report.empty() ? "; --report FILE lists them" : "") + "; it stands as " + report.output,
                    Outcome::unsafe);
    }

    const TranscodeJob job_;
    Screen& screen_;
    StderrProgress& progress_;
    Records* records_;
};

}  // namespace

std::string job_name(const TranscodeJob& job) {
    return job.input == "-" ? "standard input" : job.input;
}

Outcome run_job(const TranscodeJob& job, Screen& screen, StderrProgress& progress, Records* records) {
    const Cancellable cancellable(progress);
    Running running(settled(job, progress.cancel), screen, progress, records);
    try {
        return running.run();
    } catch (const Cancelled&) {
        return running.fail("stopped; nothing was written", Outcome::stopped);
    } catch (const std::bad_alloc&) {
        return running.fail("out of memory; --passes 1, a smaller --lookahead or fewer --threads need less");
    } catch (const std::exception& error) {
        return running.fail(error.what());
    }
}

}  // namespace invisiblur::cli
