#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace invisiblur::test {

/// The status of a program that was killed by a signal is this and the signal's number, as shells have it.
inline constexpr int kKilled = 128;

/// What a program said and how it ended.
struct Finished {
    int status = 0;
    std::string out;
    std::string err;
};

/// Runs a program without a shell and waits for it; argv[0] is looked up in PATH.
/// In: stdin_path, a file for its standard input, "" for none.
Finished run(const std::vector<std::string>& argv, const std::string& stdin_path = "");

/// A file's bytes; "" where it cannot be read.
std::string content_of(const std::string& path);

/// Runs a line of shell (pipes and all).
Finished shell(const std::string& line);

/// The same, but a status other than 0 is a std::runtime_error with what the program said. Returns its standard output.
std::string must_run(const std::vector<std::string>& argv);

/// A folder that is gone, with all in it, when the object is.
class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::string operator/(const std::string& name) const { return (path_ / name).string(); }

    /// Names in it, hidden ones too, in order.
    std::vector<std::string> names() const;

private:
    std::filesystem::path path_;
};

}  // namespace invisiblur::test
