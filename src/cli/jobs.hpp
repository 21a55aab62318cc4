#pragma once
#include <vector>

#include "cli/args.hpp"
#include "invisiblur/transcode.hpp"

namespace invisiblur::cli {

/// One job for each input, in order. Folders, pictures and batches are to be unfolded here.
/// Errors: UsageError where several inputs would share one output.
std::vector<TranscodeJob> plan_jobs(const Command& command);

/// Does the jobs one after another; one that fails does not keep the next from being done, a signal does.
/// Returns: the exit status: 0 all done, 1 one failed, 3 one found fewer faces than expected.
/// Errors:  none but for lack of memory; failures are said on standard error.
int run_jobs(const std::vector<TranscodeJob>& jobs);

}  // namespace invisiblur::cli
