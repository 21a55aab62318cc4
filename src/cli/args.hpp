#pragma once
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "invisiblur/options.hpp"

namespace invisiblur::cli {

/// The command line is wrong; the sentence says how. Exit status 2.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

enum class Action { run, check_report, help, help_all, version, print_table };

/// What the command line asks for.
struct Command {
    Action action = Action::run;
    std::string table;  ///< of print_table: "markdown" or "man"
    Options options;
    std::vector<std::string> inputs;  ///< paths, "-" or URLs; at least one for Action::run, none for check_report
};

/// Reads the arguments that follow the program's name. Every option comes from option_table().
/// Errors: UsageError. Options that contradict each other are make_plan's to find.
Command parse_arguments(std::vector<std::string> arguments);

}  // namespace invisiblur::cli
