#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "cli/program.hpp"
#include "support/clips.hpp"

namespace invisiblur::test {

/// What stands in a folder: contents of files, targets of links, by path.
using Snapshot = std::map<std::string, std::string>;

inline Snapshot snapshot(const std::filesystem::path& folder) {
    Snapshot all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        std::string& what = all[entry.path().lexically_relative(folder).string()];
        if (entry.is_symlink())
            what = "-> " + std::filesystem::read_symlink(entry.path()).string();
        else if (entry.is_regular_file())
            what = content_of(entry.path().string());
    }
    return all;
}

/// A tracks file without a face: what is tested here needs no network, which is slow.
inline std::string no_faces(const TempDir& folder) {
    std::string path = folder / "none.json";
    std::ofstream(path) << R"({"format":"invisiblur-tracks","version":1,"tracks":[]})";
    return path;
}

inline std::vector<std::string> with_no_faces(const TempDir& folder, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--tracks", no_faces(folder)});
    return arguments;
}

/// One clear line on standard error that holds all `words`, and nothing of libav's own or of the C++ run time.
inline void check_line(const std::string& err, const std::vector<std::string>& words) {
    CAPTURE(err);
    CHECK(std::ranges::count(err, '\n') == 1);
    CHECK(err.starts_with("invis-transcode: "));
    for (const char* chatter : {" @ 0x", "terminate called", "what():", "\x1b"}) CHECK(err.find(chatter) == std::string::npos);
    for (const std::string& word : words) CHECK_MESSAGE(err.find(word) != std::string::npos, "lacks: " << word);
}

/// A job that fails with `status`: one line with `words`, nothing on standard output, and the folder is as it was before.
inline void refuses(const TempDir& folder, const std::vector<std::string>& arguments, const std::vector<std::string>& words,
                    int status = 1) {
    no_faces(folder);
    const Snapshot before = snapshot(folder.path());
    const Finished finished = transcode_command(arguments);
    CHECK(finished.status == status);
    CHECK(finished.out.empty());
    check_line(finished.err, words);
    CHECK_MESSAGE(snapshot(folder.path()) == before, "the folder changed");
}

/// The same with an empty tracks file.
inline void refuses_without_faces(const TempDir& folder, const std::vector<std::string>& arguments, const std::vector<std::string>& words) {
    refuses(folder, with_no_faces(folder, arguments), words);
}

/// A job that is done; returns its line.
inline std::string does(const TempDir& folder, const std::vector<std::string>& arguments) {
    const Finished finished = transcode_command(with_no_faces(folder, arguments));
    CHECK_MESSAGE(finished.status == 0, finished.err);
    return finished.err;
}

}  // namespace invisiblur::test
