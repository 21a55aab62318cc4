#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/screen.hpp"
#include "invisiblur/transcode.hpp"

namespace invisiblur::cli {

enum class ProgressKind { none, bar, json };

/// What an event says besides its name, in order.
using Facts = std::vector<std::pair<std::string, std::variant<std::string, std::int64_t, double>>>;

/// What --progress means on this standard error: a bar only where that is a terminal.
ProgressKind progress_kind(const Options& options);

/// Shows on standard error how far a job is, and what it warns of.
/// Threads: safe.
class StderrProgress : public Progress {
public:
    /// How the job stands among others.
    struct Place {
        std::size_t number = 1;  ///< counts from 1
        std::size_t of = 1;
        bool alone = true;  ///< no other job runs at the same time
    };

    /// In:   input, the job's name in every message.
    /// Owns: borrows the screen, which must outlive it.
    StderrProgress(Screen& screen, std::string input, Place place, ProgressKind kind, bool quiet);
    ~StderrProgress() override;

    void update(const ProgressStep& step) override;
    void warn(const std::string& sentence) override;

    /// Says what happened to the job, as one JSON object, where that is the kind of progress.
    void tell(const std::string& event, const Facts& facts);

    /// Takes the bar away.
    void clear();

private:
    std::string line(const ProgressStep& step) const;

    Screen& screen_;
    const std::string input_;
    const Place place_;
    const ProgressKind kind_;
    const bool quiet_;
    std::mutex mutex_;
    std::chrono::steady_clock::time_point last_shown_;
};

/// "pass 1/2 [####----]  50%  frame 120/240  58.3 fps  0:02 left  2 faces", as wide as the terminal allows.
std::string bar_text(const ProgressStep& step, int columns);

/// One JSON object in one line, without the line's end.
std::string json_text(const std::string& input, const ProgressStep& step);
std::string json_text(const std::string& event, const std::string& input, const Facts& facts);

}  // namespace invisiblur::cli
