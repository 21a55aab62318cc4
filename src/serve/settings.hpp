#pragma once
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace invisiblur::serve {

/// The command line is wrong; the sentence says how. Exit status 2.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What invis-serve was asked for.
/// Units: sizes in bytes; keep_days since a job ended.
struct Settings {
    enum class Action { serve, worker, help, version };
    Action action = Action::serve;
    int port = 5000;
    std::string bind = "127.0.0.1";
    std::filesystem::path folder;  ///< whose files can be picked; empty for none
    std::filesystem::path data;    ///< uploads, jobs, database
    std::int64_t max_size = std::int64_t{8} << 30;
    std::int64_t worker_memory = 0;  ///< address space of a worker; 0: by the machine's memory
    int jobs = 1;
    int threads = 0;  ///< of each job; 0: as many as there are processors
    int keep_days = 7;
    int max_hours = 24;        ///< for one job
    std::string access_token;  ///< empty: none is asked for
    std::vector<std::string> hosts;  ///< names by which the server may be called besides its own addresses
};

/// Reads the arguments that follow the program's name, and INVISIBLUR_TOKEN.
/// Errors: UsageError, also for an address beyond this machine without --token.
Settings parse_settings(std::vector<std::string> arguments);

/// What --help prints.
std::string help_text();

/// Whether an address is this machine's own, which nobody else reaches.
bool is_loopback(const std::string& address);

}  // namespace invisiblur::serve
