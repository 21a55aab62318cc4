#include "track/follow_request.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/json_text.hpp"

namespace invisiblur {

bool asks_to_follow(const Track& track) {
    if (track.extra.find("\"follow\"") == std::string::npos) return false;
    const Json fields = parse_json(track.extra);
    const auto follow = fields.find("follow");
    return follow != fields.end() && follow->is_boolean() && follow->get<bool>();
}

MarkedTrack marked_of(const Track& track, const TracksSource& source, const std::string& said) {
    MarkedTrack marked{track.id, {}, said};
    if (source.time_base_num <= 0 || source.time_base_den <= 0) throw std::invalid_argument(said + " asks to be followed, and the file lacks its time base: add source.time_base");
    const double tick_s = static_cast<double>(source.time_base_num) / static_cast<double>(source.time_base_den);
    for (const TrackBox& box : track.boxes) {
        if (box.from == BoxSource::hand || box.from == BoxSource::detector) marked.keys.push_back({static_cast<double>(box.pts) * tick_s, box});
    }
    if (marked.keys.empty()) throw std::invalid_argument(said + " asks to be followed, and has no box from hand or detector to begin with");
    return marked;
}

Tracks in_time_base(const Tracks& tracks, const TracksSource& other) {
    Tracks moved = tracks;
    const TracksSource& own = tracks.source;
    moved.source.time_base_num = other.time_base_num, moved.source.time_base_den = other.time_base_den;
    if (own.time_base_num <= 0 || own.time_base_den <= 0 || other.time_base_num <= 0 || other.time_base_den <= 0) return moved;
    const long double units = static_cast<long double>(own.time_base_num) * static_cast<long double>(other.time_base_den) /
                              (static_cast<long double>(own.time_base_den) * static_cast<long double>(other.time_base_num));
    for (Track& track : moved.tracks) {
        for (TrackBox& box : track.boxes) box.pts = std::llround(static_cast<long double>(box.pts) * units);
        const auto same = [](const TrackBox& a, const TrackBox& b) { return a.pts == b.pts; };
        track.boxes.erase(std::unique(track.boxes.begin(), track.boxes.end(), same), track.boxes.end());
    }
    return moved;
}

std::string followed_fields(const std::string& extra) {
    Json fields = extra.empty() ? Json::object() : parse_json(extra);
    fields.erase("follow");
    fields.erase("boxes");  // of boxes that are found anew
    fields["followed"] = true;
    return fields.dump();
}

}  // namespace invisiblur
