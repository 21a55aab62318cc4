#pragma once
#include "cli/plan.hpp"

namespace invisiblur::cli {

/// Does the jobs of a plan, as many at a time as it says; one that fails does not keep the next from being done, a signal does. In a batch
/// what is done already is not done again, and a summary stands at the end.
/// Returns: the exit status: 0 all done, 1 one failed, 3 where the only failures are faces fewer than expected.
/// Errors:  none but for lack of memory; failures are said on standard error.
int run_jobs(const Plan& plan);

}  // namespace invisiblur::cli
