#include "cli/records.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/sha256.hpp"
#include "cli/plan.hpp"
#include "job/record/run_facts.hpp"

namespace invisiblur::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kLedger = ".invisiblur.jsonl";

bool is_file(const std::string& path) {
    std::error_code failed;
    return fs::is_regular_file(path, failed);
}

std::string text_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

bool has_own_report(const TranscodeJob& job) {
    return !job.options.report.empty() && job.options.report != "-";
}

/// What was asked for beside the result must stand, too.
bool side_files_stand(const TranscodeJob& job) {
    const Options& o = job.options;
    return (o.save_tracks.empty() || is_file(o.save_tracks)) && (o.save_plate.empty() || is_file(o.save_plate));
}

/// Whether a record, or a report, tells of this job. Hashes are taken last: they cost reading two whole files.
bool tells_of(const Json& record, const TranscodeJob& job) {
    const RunFacts facts = run_facts(job.options);
    const RunFacts then{record.at("program_version"), record.at("options"), record.at("file_sha256")};
    if (facts != then || !record.value("faces_expected_met", true)) return false;
    if (record.at("source_sha256") != sha256_file(job.input)) return false;
    return !writes_video(job.options) || record.at("output_sha256") == sha256_file(job.output);
}

Json record_of(const TranscodeJob& job, const Report& report) {
    return {{"output", fs::path(job.output).filename().string()},
            {"output_sha256", report.output_sha256},
            {"source_sha256", report.source_sha256},
            {"program_version", report.program_version},
            {"options", report.options},
            {"file_sha256", report.file_sha256},
            {"finished", report.finished}};
}

std::string line_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Records::Lines& Records::lines_of(const std::string& folder) {
    const auto [place, is_new] = folders_.try_emplace(folder);
    if (!is_new) return place->second;
    std::istringstream text(text_of((fs::path(folder) / kLedger).string()));
    for (std::string line; std::getline(text, line);) {
        const Json record = Json::parse(line, nullptr, false);  // a run that was killed can have left half a line
        if (record.is_object() && record.contains("output") && record["output"].is_string()) place->second[record["output"]] = line;
    }
    return place->second;
}

std::string Records::find(const TranscodeJob& job) {
    if (has_own_report(job)) return text_of(job.options.report);
    const fs::path output = job.output;
    const std::lock_guard lock(mutex_);
    const Lines& lines = lines_of(output.parent_path().string());
    const auto line = lines.find(output.filename().string());
    return line == lines.end() ? std::string() : line->second;
}

bool Records::is_done(const TranscodeJob& job) {
    if (writes_video(job.options) ? !is_file(job.output) : !has_own_report(job)) return false;
    if (!is_file(job.input) || !side_files_stand(job)) return false;
    try {
        return tells_of(Json::parse(find(job)), job);
    } catch (const std::exception&) {
        return false;  // no record, or none that says enough
    }
}

void Records::add(const TranscodeJob& job, const Report& report) {
    if (report.output.empty() || report.output_sha256.empty() || report.source_sha256.empty()) return;
    const fs::path output = job.output;
    const std::string line = line_of(record_of(job, report));
    const std::lock_guard lock(mutex_);
    lines_of(output.parent_path().string())[output.filename().string()] = line;
    const int descriptor = open((output.parent_path() / kLedger).c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor < 0) return;
    // One write of one line: runs that share a folder do not mix theirs. A killed run can have left half a line.
    char last = '\n';
    static_cast<void>(!pread(descriptor, &last, 1, std::max<off_t>(0, lseek(descriptor, 0, SEEK_END) - 1)));
    const std::string whole = (last == '\n' ? "" : "\n") + line;
    static_cast<void>(!write(descriptor, whole.data(), whole.size()));
    close(descriptor);
}

}  // namespace invisiblur::cli
