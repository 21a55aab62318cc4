#pragma once
#include "cli/progress.hpp"
#include "cli/records.hpp"
#include "cli/screen.hpp"
#include "invisiblur/transcode.hpp"

namespace invisiblur::cli {

/// How a job ended.
enum class Outcome {
    done,
    done_before,  ///< a record says so
    kept,         ///< something stands under its output's name, and -n was given
    too_few,      ///< fewer faces than --expect-faces
    unsafe,       ///< --verify found a face in the result
    failed,
    stopped,
};

/// Does one job and says in one line how it ended.
/// In:      records, null where the job is no part of a batch.
/// Errors:  none but for lack of memory.
/// Threads: safe for different jobs and progresses.
Outcome run_job(const TranscodeJob& job, Screen& screen, StderrProgress& progress, Records* records);

/// "in.mkv"; "standard input" for "-".
std::string job_name(const TranscodeJob& job);

}  // namespace invisiblur::cli
