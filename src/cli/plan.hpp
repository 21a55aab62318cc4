#pragma once
#include <string>
#include <vector>

#include "cli/args.hpp"
#include "invisiblur/transcode.hpp"

namespace invisiblur::cli {

/// What a command line asks for, file by file.
struct Plan {
    std::vector<TranscodeJob> jobs;
    bool batch = false;  ///< several inputs or a folder: a summary at the end, and what is done already is not done again
    int at_a_time = 1;
    int not_videos = 0;  ///< as Inputs
    int results = 0;
    std::vector<std::string> folders;  ///< that were named as inputs
    bool recursive = false;            ///< subfolders were looked into
};

/// One job for each input file, in order. In a batch -o, --report, --save-tracks, --tracks and --save-plate name folders, in which each
/// input has a file of its own: NAME_invisible.EXT, NAME.EXT.report.json, NAME.EXT.tracks.json, NAME.EXT.plate.png.
/// Errors: UsageError where options contradict each other or name one file for several inputs, or two inputs would be written to one
///         file; std::runtime_error where a folder cannot be read.
Plan make_plan(const Command& command);

/// Whether a job writes a video at all.
bool writes_video(const Options& options);

}  // namespace invisiblur::cli
