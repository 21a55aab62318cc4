#include "cli/summary.hpp"

#include <algorithm>
#include <cstdio>

#include "base/time_code.hpp"
#include "cli/plan.hpp"
#include "cli/run_job.hpp"
#include "track/track_kinds.hpp"

namespace invisiblur::cli {
namespace {

/// More times than that are no line any more.
constexpr std::size_t kMostPlaces = 3;

struct Found {
    std::int64_t frames = 0;
    std::int64_t masked = 0;  ///< frames in which something is hidden
    std::int64_t faces = 0;   ///< that are hidden
    std::int64_t texts = 0;   ///< likewise
    std::int64_t left = 0;    ///< that stay visible
    std::int64_t persons = 0; ///< that are hidden, as far as persons were asked for
    std::vector<double> places_s;
};

Found found_in(const Report& report) {
    Found found;
    for (const StreamReport& stream : report.streams) {
        found.frames += stream.frames;
        found.masked += stream.frames_masked;
        found.faces += static_cast<std::int64_t>(face_count(stream.tracks));
        found.texts += static_cast<std::int64_t>(text_count(stream.tracks));
        found.left += static_cast<std::int64_t>(face_count(stream.left));
        found.persons += std::ranges::count(stream.persons, false, &PersonReport::left);
        for (const DoubtfulPlace& place : stream.doubtful) found.places_s.push_back(place.start_s);
    }
    std::ranges::sort(found.places_s);
    return found;
}

std::string result_name(const TranscodeJob& job) {
    if (writes_video(job.options)) return job.output == "-" ? "standard output" : job.output;
    return job_name(job) + (job.options.hash ? " (hashed)" : " (analysed)");
}

/// One pass keeps no list of faces unless an option asks for it; it knows the frames that it changed.
std::string hidden(const TranscodeJob& job, const Report& report, const Found& found) {
    const std::string frames = counted(found.frames, "frame");
    const bool none = found.faces + found.texts == 0, unlisted = none && report.passes == 1;
    if (none && (!unlisted || found.masked == 0)) return (found.left > 0 ? "nothing hidden in " : "nothing found in ") + frames;
    std::vector<std::string> what;
    if (found.persons > 0) what.push_back((found.persons == 1 ? "1 person (" : std::to_string(found.persons) + " people (") + counted(found.faces, "face") + ")");
    else if (found.faces > 0) what.push_back(counted(found.faces, "face"));
    if (found.texts > 0) what.push_back(counted(found.texts, "text"));
    const std::string who = unlisted ? "something" : listed(what);
    if (job.options.analyse_only) return who + " found in " + frames;
    if (found.frames == 1) return who + " hidden";  // a picture
    return who + " hidden in " + std::to_string(found.masked) + " of " + frames;
}

std::string places_to_look_at(const std::vector<double>& places_s) {
    std::string text = counted(static_cast<std::int64_t>(places_s.size()), "place") + " to look at: ";
    const std::size_t shown = std::min(places_s.size(), kMostPlaces);
    for (std::size_t i = 0; i < shown; ++i) text += (i > 0 ? ", " : "") + time_code(places_s[i]);
    if (shown < places_s.size()) text += " and " + std::to_string(places_s.size() - shown) + " more (--report FILE lists them)";
    return text;
}

}  // namespace

std::string counted(std::int64_t count, const std::string& noun) {
    return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

std::string summary(const TranscodeJob& job, const Report& report) {
    const Found found = found_in(report);
    std::string text = result_name(job) + ": " + hidden(job, report, found);
    if (found.left > 0) text += "; " + counted(found.left, "face") + (found.left == 1 ? " stays visible" : " stay visible");
    if (!found.places_s.empty()) text += "; " + places_to_look_at(found.places_s);
    if (!report.kept.empty()) text += "; " + listed(report.kept) + (report.kept.size() == 1 && report.kept.front() != "names" ? " is" : " are") + " still in it";
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "; %.1f s", report.elapsed_s);
    return text + seconds;
}

}  // namespace invisiblur::cli
