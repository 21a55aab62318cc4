#include "cli/plan.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <thread>

#include "cli/inputs.hpp"
#include "media/libav/live_address.hpp"
#include "options/publish.hpp"

namespace invisiblur::cli {
namespace {

namespace fs = std::filesystem;

/// An option that names one file, or a folder with one for each input.
struct Place {
    const char* flag;
    std::string Options::*field;
    const char* suffix;  ///< after the input's own name; null for the result
    bool written;
};
constexpr Place kPlaces[] = {{"-o", &Options::output, nullptr, true},
                             {"--report", &Options::report, ".report.json", true},
                             {"--save-tracks", &Options::save_tracks, ".tracks.json", true},
                             {"--save-plate", &Options::save_plate, ".plate.png", true},
                             {"--tracks", &Options::tracks, ".tracks.json", false}};

bool is_folder(const std::string& path) {
    std::error_code failed;
    return fs::is_directory(path, failed);
}

/// Whether a path means a folder: it is one, or ends with '/', or, where one file would be senseless, has no extension.
bool means_folder(const std::string& path, bool several) {
    std::error_code failed;
    if (path.empty() || path == "-" || av::takes_live(path)) return false;
    if (path.back() == '/' || is_folder(path)) return true;
    return several && !fs::exists(path, failed) && !fs::path(path).has_extension();
}

void refuse_single_files(const Options& options) {
    for (const Place& place : kPlaces) {
        const std::string& path = options.*place.field;
        const bool prints = path == "-" && place.field == &Options::report;
        if (path.empty() || prints || means_folder(path, true)) continue;
        const std::string hint = path == "-" ? "" : ", such as " + path + "/";
        throw UsageError(std::string(place.flag) + " " + path + " is one file, and several inputs need a folder" + hint);
    }
    if (options.hash) throw UsageError("--hash serves one INPUT: call the program once for each");
    if (!options.segment.empty() || !options.save_analysis.empty() || !options.analysis.empty() || !options.join.empty())
        throw UsageError("--segment, --save-analysis, --analysis and --join serve one INPUT: call the program once for each");
    if (!(options.follow.empty() && options.boxes_in.empty() && options.boxes_out.empty() && options.spans_out.empty() && options.landmarks_out.empty()))
        throw UsageError("--follow, --boxes-in, --boxes-out, --spans-out and --landmarks-out serve one INPUT: call the program once for each");
    if (!options.only_tracks.empty() || !options.except_tracks.empty() || !options.only_persons.empty() || !options.except_persons.empty())
        throw UsageError(
            "--only-tracks, --except-tracks, --only-persons and --except-persons serve one INPUT, since each has tracks of its own: call the program once for each");
}

std::string name_of(const std::string& input) {
    if (input == "-") return "stdin";
    const std::string result = default_output(input, {});  // it knows what part of a URL is a name
    const fs::path name = fs::path(result).filename();
    const std::string stem = name.stem().string();
    return stem.substr(0, stem.size() - std::string_view("_invisible").size()) + name.extension().string();
}

TranscodeJob make_job(const InputFile& input, const Options& asked, bool several) {
    TranscodeJob job{input.path, "", asked, several};
    Options& options = job.options;
    apply_publish(options);
    for (const Place& place : kPlaces) {
        std::string& path = options.*place.field;
        if (!means_folder(path, several)) continue;
        if (!place.suffix && input.path == "-")
            throw UsageError("-o " + path + " is a folder, and standard input has no name: give -o a file");
        const std::string result = fs::path(default_output(input.path, asked)).filename().string();
        const std::string name = place.suffix ? name_of(input.path) + place.suffix : result;
        path = (fs::path(path) / input.below / name).string();
    }
    job.output = options.output;
    if (writes_video(options) && job.output.empty()) job.output = default_output(input.path, options);
    return job;
}

void check(const TranscodeJob& job) {
    if (job.options.publish && job.output == "-")
        throw UsageError("--publish reads the result again, which a pipe does not allow: give -o a file");
    if (!job.options.sign.empty() && (job.output == "-" || job.input == "-"))
        throw UsageError("--sign names source and result by their SHA-256, which a pipe does not allow: give files");
    if (job.options.verify && job.output == "-")
        throw UsageError("--verify reads the result again, which a pipe does not allow: give -o a file");
    try {
        check_options(job.options);
    } catch (const std::invalid_argument& error) {
        throw UsageError(error.what());
    }
}

void check_no_name_twice(const std::vector<TranscodeJob>& jobs) {
    std::map<fs::path, const TranscodeJob*> writer_of;
    for (const TranscodeJob& job : jobs) {
        for (const Place& place : kPlaces) {
            const std::string path = place.suffix ? job.options.*place.field : job.output;
            if (path.empty() || !place.written || (path == "-" && place.suffix)) continue;
            const auto [other, is_new] = writer_of.emplace(fs::path(path).lexically_normal(), &job);
            if (is_new || other->second == &job) continue;
            throw UsageError(other->second->input + " and " + job.input + " would both be written to " + path);
        }
    }
}

/// Files at a time share the threads, so that the machine has no more to do than it has processors for.
void share_threads(Plan& plan, const Options& options) {
    plan.at_a_time = std::max(1, std::min(options.jobs, static_cast<int>(plan.jobs.size())));
    if (plan.at_a_time == 1) return;
    const int all = options.threads > 0 ? options.threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    for (TranscodeJob& job : plan.jobs) job.options.threads = std::max(1, all / plan.at_a_time);
}

}  // namespace

bool writes_video(const Options& options) {
    return !options.hash && !options.analyse_only;
}

Plan make_plan(const Command& command) {
    const bool several = command.inputs.size() > 1 || is_folder(command.inputs.front());
    if (several) refuse_single_files(command.options);
    const Inputs inputs = find_inputs(command);
    Plan plan{{}, inputs.several, 1, inputs.not_videos, inputs.results, {}, command.options.recursive};
    for (const std::string& input : command.inputs) {
        if (is_folder(input)) plan.folders.push_back(input);
    }
    for (const InputFile& input : inputs.files) plan.jobs.push_back(make_job(input, command.options, inputs.several));
    for (const TranscodeJob& job : plan.jobs) check(job);
    check_no_name_twice(plan.jobs);
    share_threads(plan, command.options);
    return plan;
}

}  // namespace invisiblur::cli
