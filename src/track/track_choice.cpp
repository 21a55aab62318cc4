#include "track/track_choice.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace invisiblur {
namespace {

std::string list_ids(const Tracks& tracks) {
    constexpr std::size_t kMost = 20;
    std::string text;
    for (std::size_t i = 0; i < std::min(kMost, tracks.tracks.size()); ++i) text += (i ? ", " : "") + std::to_string(tracks.tracks[i].id);
    if (tracks.tracks.size() > kMost) text += ", ...";
    return text.empty() ? "none" : text;
}

void check_ids(const char* flag, const std::vector<int>& ids, const Options& options, const Tracks& tracks) {
    for (const int id : ids) {
        if (std::ranges::find(tracks.tracks, id, &Track::id) != tracks.tracks.end()) continue;
        throw std::invalid_argument(std::string(flag) + " names track " + std::to_string(id) + ", and " + options.tracks +
                                    " has no such track; it has " + list_ids(tracks));
    }
}

std::string list_persons(const Tracks& tracks) {
    std::set<int> persons;
    for (const Track& track : tracks.tracks)
        if (track.person > 0) persons.insert(track.person);
    std::string text;
    for (const int person : persons) text += (text.empty() ? "" : ", ") + std::to_string(person);
    return text.empty() ? "none: --persons with --save-tracks finds them" : text;
}

void check_persons(const char* flag, const std::vector<int>& persons, const Options& options, const Tracks& tracks) {
    for (const int person : persons) {
        if (std::ranges::find(tracks.tracks, person, &Track::person) != tracks.tracks.end()) continue;
        throw std::invalid_argument(std::string(flag) + " names person " + std::to_string(person) + ", and " + options.tracks +
                                    " has no such person; it has " + list_persons(tracks));
    }
}

bool holds(const std::vector<int>& numbers, int number) {
    return std::ranges::find(numbers, number) != numbers.end();
}

}  // namespace

bool stays_visible(const Options& options, const Track& track) {
    if (track.person == 0) return false;
    if (!options.only_persons.empty()) return !holds(options.only_persons, track.person);
    return holds(options.except_persons, track.person);
}

void check_chosen_tracks(const Options& options, const Tracks& tracks) {
    check_ids("--only-tracks", options.only_tracks, options, tracks);
    check_ids("--except-tracks", options.except_tracks, options, tracks);
    check_persons("--only-persons", options.only_persons, options, tracks);
    check_persons("--except-persons", options.except_persons, options, tracks);
}

}  // namespace invisiblur
