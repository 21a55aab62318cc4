#include "cli/jobs.hpp"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <new>

#include "atomic_file.hpp"
#include "cli/message.hpp"
#include "cli/progress.hpp"
#include "cli/signals.hpp"
#include "invisiblur/error.hpp"
#include "track_choice.hpp"

namespace invisiblur::cli {
namespace {

constexpr int kDone = 0, kFailed = 1, kTooFewFaces = 3;

bool is_folder(const std::string& path) {
    std::error_code ignored;
    return path != "-" && std::filesystem::is_directory(path, ignored);
}

bool writes_video(const Options& options) {
    return !options.hash && !options.analyse_only;
}

/// Options that name one file cannot serve several inputs.
void check_one_input(const Options& options, std::size_t inputs) {
    if (inputs < 2) return;
    const std::pair<bool, const char*> singles[] = {{!options.output.empty(), "-o"},
                                                    {!options.tracks.empty(), "--tracks"},
                                                    {!options.save_tracks.empty(), "--save-tracks"},
                                                    {!options.save_plate.empty(), "--save-plate"},
                                                    {!options.report.empty(), "--report"},
                                                    {options.hash, "--hash"}};
    for (const auto& [given, flag] : singles) {
        if (given)
            throw UsageError(std::string(flag) + " serves one INPUT, and " + std::to_string(inputs) +
                             " were given: call the program once for each");
    }
}

void check_outputs_differ(const std::vector<TranscodeJob>& jobs) {
    std::map<std::string, std::string> input_of;
    for (const TranscodeJob& job : jobs) {
        if (!writes_video(job.options)) return;
        const auto [other, is_new] = input_of.emplace(job.output, job.input);
        if (!is_new) throw UsageError(other->second + " and " + job.input + " would both be written to " + job.output);
    }
}

/// What can be known to fail before hours of work.
void check_job(const TranscodeJob& job) {
    if (is_folder(job.input)) throw std::runtime_error("is a folder, and folders are not supported yet: name the files in it");
    if (writes_video(job.options) && is_folder(job.output)) {
        throw std::runtime_error("the output " + job.output + " is a folder: give a file's name with -o");
    }
    if (writes_video(job.options) && job.output == "-" && isatty(STDOUT_FILENO) == 1) {
        throw std::runtime_error("the result would be written to the terminal: give -o FILE or a pipe");
    }
    const Options& options = job.options;
    if (!options.report.empty() && options.report != "-") check_file_is_writable(options.report);
    if (!options.save_tracks.empty()) check_file_is_writable(options.save_tracks);
    if (!options.only_tracks.empty() || !options.except_tracks.empty()) check_chosen_tracks(options, read_tracks_file(options.tracks));
}

std::string job_name(const TranscodeJob& job) {
    return job.input == "-" ? "standard input" : job.input;
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

template <class Count>
std::string counted(Count count, const std::string& noun) {
    return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

/// "2 faces". One pass keeps no list of faces unless an option asks for it; it knows the frames that it changed: "31 of them changed".
std::string findings(const Report& report) {
    std::int64_t changed = 0;
    for (const StreamReport& stream : report.streams) changed += stream.frames_masked;
    const std::size_t faces = count_faces(report);
    if (report.passes == 1 && faces == 0 && changed > 0) return std::to_string(changed) + " of them changed";
    return counted(faces, "face");
}

/// "clean.mkv: 240 frames, 2 faces, 12.3 s"
std::string summary(const TranscodeJob& job, const Report& report) {
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.1f s", report.elapsed_s);
    std::string what = job_name(job) + " (analysed)";
    if (job.options.hash) what = job_name(job) + " (hashed)";
    if (writes_video(job.options)) what = job.output == "-" ? "standard output" : job.output;
    return what + ": " + counted(count_frames(report), "frame") + ", " + findings(report) + ", " + seconds;
}

void finish_stdout() {
    if (!std::cout.flush()) throw std::runtime_error("cannot write to standard output: the disk is full, or nobody reads it any more");
}

void write_report(const TranscodeJob& job, const Report& report) {
    if (job.options.report == "-") {
        std::cout << print_report(report);
    } else if (!job.options.report.empty()) {
        write_file_atomically(job.options.report, print_report(report));
    }
}

/// Errors: as transcode().
int run_job(const TranscodeJob& job, StderrProgress& progress) {
    check_job(job);
    const Report report = transcode(job, progress, job.options.hash ? &std::cout : nullptr);
    progress.clear();
    write_report(job, report);
    finish_stdout();
    if (!report.faces_expected_met) {
        print_error(job_name(job) + ": found " + counted(count_faces(report), "face") + " where --expect-faces " +
                    std::to_string(job.options.expect_faces) + " were expected; nothing was written");
        return kTooFewFaces;
    }
    if (!job.options.quiet) std::fprintf(stderr, "%s\n", summary(job, report).c_str());
    if (job.options.verbose) std::fprintf(stderr, "detector: %s\noptions: %s\n", report.detector.c_str(), report.options.c_str());
    return kDone;
}

/// "in.mkv: …", unless the sentence begins with the name already.
int fail(const TranscodeJob& job, const std::string& sentence) {
    const std::string name = job_name(job);
    const bool named = sentence.starts_with(name + ":") || sentence.starts_with(name + " ");
    print_error(named ? sentence : name + ": " + sentence);
    return kFailed;
}

int run_guarded(const TranscodeJob& job) {
    StderrProgress progress(job_name(job), progress_kind(job.options), job.options.quiet);
    const Cancellable cancellable(progress);
    try {
        return run_job(job, progress);
    } catch (const Cancelled&) {
        progress.clear();
        return fail(job, "stopped; nothing was written");
    } catch (const std::bad_alloc&) {
        progress.clear();
        return fail(job, "out of memory; --passes 1, a smaller --lookahead or fewer --threads need less");
    } catch (const std::exception& error) {
        progress.clear();
        return fail(job, error.what());
    }
}

}  // namespace

std::vector<TranscodeJob> plan_jobs(const Command& command) {
    check_one_input(command.options, command.inputs.size());
    std::vector<TranscodeJob> jobs;
    for (const std::string& input : command.inputs) {
        const bool named = !command.options.output.empty() || !writes_video(command.options);
        jobs.push_back({input, named ? command.options.output : default_output(input, command.options), command.options});
    }
    check_outputs_differ(jobs);
    return jobs;
}

int run_jobs(const std::vector<TranscodeJob>& jobs) {
    int status = kDone;
    for (const TranscodeJob& job : jobs) {
        const int one = run_guarded(job);
        // a failure says more than a face too few
        if (one == kFailed || status == kDone) status = one;
        if (stop_requested()) break;
    }
    return status;
}

}  // namespace invisiblur::cli
