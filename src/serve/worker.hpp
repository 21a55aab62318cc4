#pragma once

namespace invisiblur::serve {

/// The other side of Child: reads one task as JSON from standard input, confines itself, does the task and prints one JSON object a line:
/// {"event":"progress"|"picture"|"warning"|"done"|"failed", …}. A task is {"task":"probe"|"process"|"review", "source":…, …}.
/// Returns: the exit status: 0 done, 1 failed, which the last line says why.
int run_worker();

}  // namespace invisiblur::serve
