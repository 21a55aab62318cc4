#pragma once
#include <string>

namespace invisiblur::cli {

/// "invis-transcode: SENTENCE" as one line, whatever characters file names bring with them.
std::string message(std::string sentence);

/// Prints it on standard error.
void print_error(const std::string& sentence);

}  // namespace invisiblur::cli
