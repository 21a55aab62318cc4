#include "cli/jobs.hpp"

#include <array>
#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "cli/message.hpp"
#include "cli/run_job.hpp"
#include "cli/wording.hpp"
#include "job/signals.hpp"

namespace invisiblur::cli {
namespace {

constexpr int kDone = 0, kFailed = 1, kFacesAmiss = 3;

/// The jobs of one run, handed out one by one.
class Batch {
public:
    explicit Batch(const Plan& plan) : plan_(plan), outcomes_(plan.jobs.size(), Outcome::stopped) {
        const ProgressKind kind = plan.jobs.empty() ? ProgressKind::none : progress_kind(plan.jobs.front().options);
        for (const TranscodeJob& job : plan.jobs) {
            const StderrProgress::Place place{progresses_.size() + 1, plan.jobs.size(), plan.at_a_time == 1};
            progresses_.emplace_back(screen_, job_name(job), place, kind, job.options.quiet);
        }
    }

    int run() {
        {
            std::vector<std::jthread> others;  // end of themselves, also where one more cannot be made
            for (int i = 1; i < plan_.at_a_time; ++i) others.emplace_back([this] { work(); });
            work();
        }
        if (plan_.batch) summarise();
        else if (begun_ == 0) print_error(job_name(plan_.jobs.front()) + ": stopped; nothing was written");  // before it began
        return status();
    }

private:
    void work() {
        for (std::size_t i = next_++; i < plan_.jobs.size() && !stop_requested(); i = next_++) {
            ++begun_;
            outcomes_[i] = run_job(plan_.jobs[i], screen_, progresses_[i], plan_.batch ? &records_ : nullptr);
        }
    }

    std::size_t count(Outcome outcome) const { return static_cast<std::size_t>(std::ranges::count(outcomes_, outcome)); }

    int status() const {
        if (count(Outcome::failed) + count(Outcome::stopped) > 0) return kFailed;
        return count(Outcome::too_few) + count(Outcome::unsafe) > 0 ? kFacesAmiss : kDone;
    }

    /// "5 files: 3 done, 1 done before, 1 failed; 2 others are no videos", and below it the names of what failed.
    void summarise() {
        const std::array<std::pair<std::string, std::size_t>, 7> parts{{{"done", count(Outcome::done)},
                                                                        {"done before", count(Outcome::done_before)},
                                                                        {"kept", count(Outcome::kept)},
                                                                        {"with too few faces", count(Outcome::too_few)},
                                                                        {"unsafe", count(Outcome::unsafe)},
                                                                        {"failed", count(Outcome::failed)},
                                                                        {"not done", count(Outcome::stopped)}}};
        std::string text = counted(static_cast<std::int64_t>(plan_.jobs.size()), "file"), between = ": ";
        Facts facts{{"files", static_cast<std::int64_t>(plan_.jobs.size())}};
        for (const auto& [name, number] : parts) {
            std::string key = name;
            std::ranges::replace(key, ' ', '_');
            facts.emplace_back(key, static_cast<std::int64_t>(number));
            if (number == 0) continue;
            text += between + std::to_string(number) + ' ' + name;
            between = ", ";
        }
        facts.emplace_back("passed_over", std::int64_t{plan_.results} + plan_.not_videos);
        const std::string no_videos = plan_.not_videos == 1 ? " other is no video" : " others are no videos";
        if (plan_.not_videos > 0) text += "; " + std::to_string(plan_.not_videos) + no_videos;
        if (plan_.results > 0) text += "; " + counted(plan_.results, "result") + " passed over";
        const Options& options = plan_.jobs.front().options;
        if (progress_kind(options) == ProgressKind::json) screen_.say(json_text("summary", "", facts));
        if (!options.quiet) screen_.say(text);
        for (std::size_t i = 0; i < outcomes_.size() && !options.quiet; ++i) {
            const bool failed = outcomes_[i] == Outcome::failed || outcomes_[i] == Outcome::too_few;
            if (failed || outcomes_[i] == Outcome::unsafe) screen_.say((failed ? "  failed: " : "  unsafe: ") + job_name(plan_.jobs[i]));
        }
    }

    const Plan& plan_;
    Screen screen_;
    Records records_;
    std::deque<StderrProgress> progresses_;  ///< all of them live until the end, whatever a signal handler has in hand
    std::vector<Outcome> outcomes_;
    std::atomic<std::size_t> next_{0};
    std::atomic<std::size_t> begun_{0};
};

}  // namespace

int run_jobs(const Plan& plan) {
    if (!plan.jobs.empty()) return Batch(plan).run();
    std::string where;
    for (const std::string& folder : plan.folders) where += (where.empty() ? " in " : ", ") + folder;
    std::string why = plan.results > 0 ? "; results (NAME_invisible.EXT) are passed over" : "";
    if (plan.not_videos > 0) why += plan.not_videos == 1 ? "; the one file there is no video" : "; none of the " + std::to_string(plan.not_videos) + " files there is one";
    const std::string next = where.empty() ? "" : plan.recursive ? "; name another folder, or a file" : "; -r also looks into subfolders";
    print_error("there is no video to do" + where + why + next);
    return kFailed;
}

}  // namespace invisiblur::cli
