#pragma once
#include <string>

#include "serve/job.hpp"

namespace invisiblur::serve {

/// Prints one JSON object in a line on standard error: time, what happened, and the facts. Names of files are not among them: who
/// reads a log need not know whose videos there are.
/// Threads: safe.
void log_event(const std::string& event, const Json& facts = Json::object());

}  // namespace invisiblur::serve
