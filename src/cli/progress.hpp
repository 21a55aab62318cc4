#pragma once
#include <chrono>
#include <mutex>
#include <string>

#include "invisiblur/transcode.hpp"

namespace invisiblur::cli {

enum class ProgressKind { none, bar, json };

/// What --progress means on this standard error: a bar only where that is a terminal.
ProgressKind progress_kind(const Options& options);

/// Shows on standard error how far a job is, and what it warns of.
/// Threads: safe.
class StderrProgress : public Progress {
public:
    /// In: input, the job's name in every message.
    StderrProgress(std::string input, ProgressKind kind, bool quiet);
    ~StderrProgress() override;

    void update(const ProgressStep& step) override;
    void warn(const std::string& sentence) override;

    /// Takes the bar away, so that something else can be said.
    void clear();

private:
    void clear_bar();

    const std::string input_;
    const ProgressKind kind_;
    const bool quiet_;
    std::mutex mutex_;
    std::chrono::steady_clock::time_point last_shown_;
    bool bar_stands_ = false;
};

/// "pass 1/2 [####----]  50%  frame 120/240  58.3 fps  0:02 left  2 faces", as wide as the terminal allows.
std::string bar_text(const ProgressStep& step, int columns);

/// One JSON object in one line, without the line's end.
std::string json_text(const std::string& input, const ProgressStep& step);

}  // namespace invisiblur::cli
