#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <string>

#include "serve/file_rules.hpp"

namespace invisiblur::serve {

/// How a worker ended.
struct ChildEnd {
    bool in_time = true;
    int status = 0;  ///< exit status, where it was not killed
    int signal = 0;  ///< that ended it; 0 for none
};

/// A worker: this program, started again with --worker, so that what a codec breaks is not the server. Of the server it gets neither open
/// files nor the access token.
/// Threads: run() once; stop() from any thread, at any time.
class Child {
public:
    Child() = default;
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Starts it, held to the rules, gives it a task on its standard input and hands on each line that it prints, until it ends or its time
    /// is over.
    /// Errors: std::runtime_error where no process can be started.
    ChildEnd run(const std::string& task, const FileRules& rules, const std::function<void(const std::string&)>& line, std::chrono::seconds longest);

    /// Asks it to end in order, and kills it where it has not ended soon after.
    void stop();
    bool stopped() const { return stopped_; }

private:
    void start(const std::string& task, const FileRules& rules);
    bool read_lines(const std::function<void(const std::string&)>& line, std::chrono::seconds longest);
    void send(int signal) const noexcept;
    ChildEnd wait() const;

    std::atomic<int> process_{-1};  ///< a descriptor: unlike a number it never means another process
    std::atomic<bool> stopped_{false};
    std::atomic<std::chrono::steady_clock::rep> stopped_at_{0};
    int output_ = -1;
};

}  // namespace invisiblur::serve
