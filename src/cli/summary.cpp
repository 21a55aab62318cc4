#include "cli/summary.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "cli/wording.hpp"
#include "track/track_kinds.hpp"

namespace invisiblur::cli {
namespace {

/// More places than these are for the report.
constexpr std::size_t kMostPlaces = 3;

/// "a", "a and b", "a, b and c"
std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

/// Numbers that tell what was found, over all streams.
struct Found {
    std::int64_t frames = 0, changed = 0;
    std::int64_t faces = 0, texts = 0, people = 0, left = 0;
    bool bodies = false;
    std::vector<DoubtfulPlace> doubtful;

    explicit Found(const Report& report) {
        for (const StreamReport& stream : report.streams) {
            frames += stream.frames, changed += stream.frames_masked;
            faces += static_cast<std::int64_t>(face_count(stream.tracks)), texts += static_cast<std::int64_t>(text_count(stream.tracks));
            bodies |= stream.bodies;
            left += static_cast<std::int64_t>(face_count(stream.left));
            people += std::ranges::count(stream.persons, false, &PersonReport::left);
            doubtful.insert(doubtful.end(), stream.doubtful.begin(), stream.doubtful.end());
        }
        std::ranges::stable_sort(doubtful, {}, &DoubtfulPlace::start_s);
    }
};

/// "2 faces hidden in 180 of 240 frames". One pass keeps no list of faces unless an option asks for it; it knows the frames that it changed.
std::string findings(const Found& found, bool writes) {
    const std::string all = counted(found.frames, "frame");
    std::vector<std::string> what;
    if (found.people > 0 || found.faces > 0 || found.texts == 0) {
        const std::int64_t count = found.people > 0 ? found.people : found.faces;
        what.push_back(found.bodies ? counted(count, "whole person", "whole people") : found.people > 0 ? counted(count, "person", "people") : counted(count, "face"));
    }
    if (found.texts > 0) what.push_back(counted(found.texts, "text"));
    const std::string who = listed(what);
    const std::string left = found.left == 0 ? "" : ", " + counted(found.left, "face stays", "faces stay") + " visible";
    if (!writes) return who + " found in " + all + left;
    if (found.changed == 0) return "nothing hidden in " + all + left;
    const std::string in = found.changed == found.frames ? all : std::to_string(found.changed) + " of " + all;
    return (found.faces + found.texts == 0 ? "something" : who) + " hidden in " + in + left;
}

/// "; 2 places to look at: 0:05, 0:12"
std::string places(const Found& found, const Options& options) {
    if (found.doubtful.empty()) return {};
    std::string text = "; " + counted(static_cast<std::int64_t>(found.doubtful.size()), "place") + " to look at: ";
    for (std::size_t i = 0; i < std::min(kMostPlaces, found.doubtful.size()); ++i) text += (i > 0 ? ", " : "") + clock_text(static_cast<long long>(std::max(0.0, found.doubtful[i].start_s)));
    if (found.doubtful.size() > kMostPlaces) text += ", …";
    return text + (options.report.empty() ? " (--report FILE says why)" : "");
}

/// "; voices disguised; 2 stretches of sound hidden"
std::string sound_changes(const Report& report) {
    std::string text;
    if (!report.voices.empty() && report.voices != "kept") text += "; voices " + report.voices;
    if (!report.silenced.empty()) text += "; " + counted(static_cast<std::int64_t>(report.silenced.size()), "stretch", "stretches") + " of sound hidden";
    return text;
}

/// "; sound, GPS and names are still in it"
std::string still_in_it(const av::KeptFacts& kept, const Options& options) {
    std::vector<std::string> words;
    if (kept.sound && options.voice.empty() && !options.publish) words.emplace_back("sound");
    if (kept.subtitles) words.emplace_back("subtitles");
    if (kept.place) words.emplace_back("GPS");
    if (kept.names) words.emplace_back("names");
    std::string text;
    if (!words.empty()) text = "; " + listed(words) + (words == std::vector<std::string>{"sound"} || words == std::vector<std::string>{"GPS"} ? " is" : " are") + " still in it";
    const std::string voices = kept.sound ? voices_note(options.voice, options.publish) : "";
    return text + (voices.empty() ? "" : "; ") + voices;
}

}  // namespace

std::string voices_note(const std::string& said, bool publish) {
    if (!said.empty() || !publish) return {};
    return "voices are still in it: --voice disguise or mute, or --voice keep to say that this is meant";
}

std::string summary(const std::string& name, const TranscodeJob& job, const Report& report, const av::KeptFacts& kept) {
    const Options& o = job.options;
    const Found found(report);
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, ", %.1f s", report.elapsed_s);
    return name + ": " + findings(found, !o.analyse_only) + seconds + places(found, o) + sound_changes(report) + still_in_it(kept, o);
}

}  // namespace invisiblur::cli
