#pragma once
#include <map>
#include <mutex>
#include <string>

namespace invisiblur::cli {

/// Standard error with a line at the bottom that changes: what is said stands above it.
/// Threads: safe.
class Screen {
public:
    ~Screen();

    /// Prints a whole line; its end is added.
    void say(const std::string& line);

    /// Changes what one of the jobs shows in the bottom line; those of several jobs stand side by side. "" takes it away.
    void show(const void* job, const std::string& text);

private:
    void erase();
    void draw();

    std::mutex mutex_;
    std::map<const void*, std::string> shown_;
    bool stands_ = false;
};

/// Columns of the terminal that standard error is, or a usual number of them.
int terminal_columns();

}  // namespace invisiblur::cli
