#pragma once
#include <cstdint>
#include <filesystem>

namespace invisiblur::serve {

/// What a process may see of the files, kept by the kernel (see landlock(7)). All that is not named is refused to it, to its threads and to
/// what it starts, whoever it runs as. Where a folder is named, all below it is.
/// Errors:  std::runtime_error where the kernel refuses a rule. What is not there needs none and is left out.
/// Threads: one thread at a time.
class FileRules {
public:
    /// Nothing may be seen yet. Without Landlock in the kernel, all may be and stays so.
    FileRules();
    ~FileRules();
    FileRules(FileRules&& other) noexcept;
    FileRules(const FileRules&) = delete;
    FileRules& operator=(const FileRules&) = delete;

    /// Whether the kernel has it: since Linux 5.13, where it is switched on.
    static bool kept();

    /// What this program needs to start once more and to work: itself, libraries, models, facts about the machine.
    static FileRules of_this_program();

    /// A file, or a folder's files.
    void read(const std::filesystem::path& place);

    /// Libraries and programs.
    void run(const std::filesystem::path& place);

    /// A folder in which files can be made, changed, renamed and removed.
    void write(const std::filesystem::path& folder);

    /// Holds this thread, and what it starts, to the rules from now on; /proc/self is the process that calls this.
    /// Safe after a fork. Needs PR_SET_NO_NEW_PRIVS. Returns: false where the kernel refuses; errno says why.
    bool apply() const noexcept;

private:
    void add(const std::filesystem::path& place, std::uint64_t rights);

    int rules_ = -1;
};

}  // namespace invisiblur::serve
