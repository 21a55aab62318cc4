#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "cli/args.hpp"

namespace invisiblur::cli {

/// One file to do.
struct InputFile {
    std::string path;             ///< path, "-" or URL
    std::filesystem::path below;  ///< where it lies below the folder that was named; empty for a file that was named itself
};

/// What the inputs of a command line come down to.
struct Inputs {
    std::vector<InputFile> files;  ///< in the order of the command line; those of a folder by name
    bool several = false;          ///< a folder or more than one input was named: a batch
    int not_videos = 0;            ///< files in folders that were passed over
    int results = 0;               ///< results of an earlier run, NAME_invisible.EXT, that were passed over
};

/// Unfolds folders, with recursive also their subfolders. Hidden files and folders are passed over, and links to folders, which could
/// lead in circles.
/// Errors: std::runtime_error where a folder cannot be read.
Inputs find_inputs(const Command& command);

/// "a/b_invisible.mp4" and "a/b_unsafe.mp4" are what the program wrote itself.
bool is_result(const std::filesystem::path& path);

}  // namespace invisiblur::cli
