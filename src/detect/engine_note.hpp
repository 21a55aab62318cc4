#pragma once
#include <string>

namespace invisiblur {

/// Keeps why an engine that is there could not be used, until somebody takes it to say it.
/// Threads: safe.
void leave_engine_note(std::string sentence);

/// The sentence; "" where there is none, or where it has been taken: it is said once.
/// Threads: safe.
std::string take_engine_note();

}  // namespace invisiblur
