#pragma once
#include <cstdlib>
#include <string>
#include <vector>

#include "support/process.hpp"

namespace invisiblur::test {

inline std::string program() {
    const char* const folder = std::getenv("INVISIBLUR_BIN");
    return std::string(folder ? folder : "build/bin") + "/invis-transcode";
}

/// Runs invis-transcode.
inline Finished transcode_command(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program());
    return run(arguments);
}

}  // namespace invisiblur::test
