#include <cmath>
#include <stdexcept>

#include "options/option_text.hpp"
#include "track/tracks_json.hpp"

namespace invisiblur {
namespace {

Json extra_object(const std::string& text, const char* whose) {
    if (text.empty()) return Json::object();
    try {
        Json object = parse_json(text);
        if (object.is_object()) return object;
    } catch (const std::invalid_argument&) {
        // said below, for both cases alike
    }
    throw std::invalid_argument(std::string("the unknown fields of ") + whose + " are not a JSON object");
}

/// ,"key":value for each unknown field.
std::string members(const Json& object) {
    std::string text;
    for (const auto& [key, value] : object.items()) text += "," + Json(key).dump() + ":" + value.dump();
    return text;
}

// Floats are written here and not by the JSON library, which would turn 0.1F into 0.10000000149011612.
std::string number(float value) {
    if (!std::isfinite(value)) throw std::invalid_argument("a tracks file cannot hold a number that is infinite or none");
    return format_number(value);
}

std::string print_box(const TrackBox& box, const Json& extras) {
    std::string text = "{\"pts\":" + format_number(box.pts);
    text += ",\"x\":" + number(box.box.x) + ",\"y\":" + number(box.box.y) + ",\"w\":" + number(box.box.w) + ",\"h\":" + number(box.box.h);
    text += ",\"score\":" + number(box.score) + ",\"from\":\"" + std::string(to_string(box.from)) + "\"";
    if (!extras.empty()) {
        const auto own = extras.find(std::to_string(box.pts));
        if (own != extras.end() && own->is_object()) text += members(*own);
    }
    return text + "}";
}

std::string print_track(const Track& track) {
    Json extra = extra_object(track.extra, "a track");
    const Json box_extras = extra.value("boxes", Json::object());
    extra.erase("boxes");
    const std::string person = track.person > 0 ? ",\"person\":" + format_number(track.person) : "";
    std::string text = "{\"id\":" + format_number(track.id) + person + ",\"boxes\":[";
    const char* separator = "\n   ";
    for (const TrackBox& box : track.boxes) {
        text += separator + print_box(box, box_extras);
        separator = ",\n   ";
    }
    if (!track.kind.empty()) extra["kind"] = track.kind;
    return text + "]" + members(extra) + "}";
}

std::string print_source(const TracksSource& source) {
    return "{\"sha256\":" + Json(source.sha256).dump() + ",\"width\":" + format_number(source.width) +
           ",\"height\":" + format_number(source.height) + ",\"time_base\":[" + format_number(source.time_base_num) + "," +
           format_number(source.time_base_den) + "],\"frames\":" + format_number(source.frames) +
           members(extra_object(source.extra, "the source")) + "}";
}

}  // namespace

std::string print_tracks(const Tracks& tracks) {
    std::string text = "{\"format\":\"invisiblur-tracks\",\"version\":1,\n \"source\":" + print_source(tracks.source) + ",\n \"tracks\":[";
    const char* separator = "\n  ";
    for (const Track& track : tracks.tracks) {
        text += separator + print_track(track);
        separator = ",\n  ";
    }
    return text + "]" + members(extra_object(tracks.extra, "the file")) + "}\n";
}

}  // namespace invisiblur
