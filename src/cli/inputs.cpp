#include "cli/inputs.hpp"

#include <algorithm>

#include "media/read/video_probe.hpp"

namespace invisiblur::cli {
namespace {

namespace fs = std::filesystem;

bool is_folder(const std::string& path) {
    std::error_code failed;
    return path != "-" && fs::is_directory(path, failed);
}

/// Entries that are not hidden, by name.
std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
    std::error_code failed;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
        if (!at->path().filename().string().starts_with('.')) entries.push_back(*at);
    }
    if (failed) throw std::runtime_error("cannot read the folder " + folder.string() + ": " + failed.message());
    std::ranges::sort(entries, {}, [](const fs::directory_entry& entry) { return entry.path().filename().string(); });
    return entries;
}

void unfold(const fs::path& folder, const fs::path& below, bool recursive, Inputs& inputs) {
    for (const fs::directory_entry& entry : entries_of(folder)) {
        std::error_code failed;
        if (entry.is_directory(failed)) {
            if (recursive && !entry.is_symlink(failed)) unfold(entry.path(), below / entry.path().filename(), recursive, inputs);
        } else if (!entry.is_regular_file(failed)) {
            continue;  // a pipe or a device would be waited for
        } else if (is_result(entry.path())) {
            ++inputs.results;
        } else if (av::holds_pictures(entry.path().string())) {
            inputs.files.push_back({entry.path().string(), below});
        } else {
            ++inputs.not_videos;
        }
    }
}

}  // namespace

bool is_result(const fs::path& path) {
    const std::string stem = path.stem().string();
    return stem.ends_with("_invisible") || stem.ends_with("_unsafe");
}

Inputs find_inputs(const Command& command) {
    Inputs inputs;
    inputs.several = command.inputs.size() > 1 || std::ranges::any_of(command.inputs, is_folder);
    for (const std::string& input : command.inputs) {
        if (is_folder(input))
            unfold(input, {}, command.options.recursive, inputs);
        else if (inputs.several && is_result(input))
            ++inputs.results;  // a shell's "*" names them, too; alone, one is done again
        else
            inputs.files.push_back({input, {}});
    }
    return inputs;
}

}  // namespace invisiblur::cli
