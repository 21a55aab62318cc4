#pragma once
#include <string>

namespace invisiblur::cli {

/// Prints "invis-transcode: SENTENCE" in one line of standard error, whatever characters file names bring with them.
void print_error(std::string sentence);

}  // namespace invisiblur::cli
