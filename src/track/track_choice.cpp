#include "track/track_choice.hpp"

#include <algorithm>
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

}  // namespace

void check_chosen_tracks(const Options& options, const Tracks& tracks) {
    check_ids("--only-tracks", options.only_tracks, options, tracks);
    check_ids("--except-tracks", options.except_tracks, options, tracks);
}

}  // namespace invisiblur
