#pragma once
#include <map>
#include <string>

#include "invisiblur/options.hpp"

namespace invisiblur {

/// What a result depends on besides its source: two runs with equal facts on the same file do the same to it.
struct RunFacts {
    std::string program_version;
    std::string options;                        ///< effective_options()
    std::map<std::string, std::string> sha256;  ///< of the files that the options name, by option: "model", "tracks", "plate"

    bool operator==(const RunFacts&) const = default;
};

/// Errors: std::runtime_error where a named file cannot be read.
RunFacts run_facts(const Options& options);

/// print_options() without those that only say where things go, how many run at once and what is shown meanwhile.
std::string effective_options(const Options& options);

/// "libavformat 59.27.100, …, OpenCV 4.6.0", as linked at run time.
std::string library_versions();

}  // namespace invisiblur
