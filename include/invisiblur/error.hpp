#pragma once
#include <stdexcept>
#include <string>
#include <system_error>

namespace invisiblur {

// Rules that hold everywhere: methods that are not declared noexcept may throw. A libav failure is a
// std::system_error of libav_category(), a bad option or argument a std::invalid_argument, anything else a
// std::runtime_error. The text is one sentence that says what, where and what to do. After an error a
// stage can only be destroyed, unless its header says otherwise.

/// The category of libav's negative error numbers (AVERROR values).
/// Threads: safe.
const std::error_category& libav_category() noexcept;

/// Throws std::system_error for a negative libav answer.
/// In:      code, a libav return value; what, "cannot <verb> <object>".
/// Returns: code, where it is not negative.
int check(int code, const std::string& what);

/// The user asked to stop (Ctrl-C); not a failure of the job's own.
struct Cancelled : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace invisiblur
