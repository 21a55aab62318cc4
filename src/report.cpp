#include <map>
#include <nlohmann/json.hpp>

#include "invisiblur/transcode.hpp"

namespace invisiblur {
namespace {

using Json = nlohmann::ordered_json;

/// Null where the time base is unknown.
Json seconds(const TracksSource& source, std::int64_t pts) {
    if (source.time_base_num <= 0 || source.time_base_den <= 0) return nullptr;
    return static_cast<double>(pts) * static_cast<double>(source.time_base_num) / static_cast<double>(source.time_base_den);
}

Json track_json(const TracksSource& source, const Track& track) {
    std::map<std::string, std::int64_t> by_source;
    for (const TrackBox& box : track.boxes) ++by_source[std::string(to_string(box.from))];
    Json json{{"id", track.id}, {"boxes", track.boxes.size()}, {"boxes_from", by_source}};
    if (!track.boxes.empty()) {
        json["first_s"] = seconds(source, track.boxes.front().pts);
        json["last_s"] = seconds(source, track.boxes.back().pts);
    }
    return json;
}

Json stream_json(const StreamReport& stream) {
    Json tracks = Json::array();
    for (const Track& track : stream.tracks.tracks) tracks.push_back(track_json(stream.tracks.source, track));
    Json doubtful = Json::array();
    for (const DoubtfulPlace& place : stream.doubtful) {
        doubtful.push_back({{"track", place.track}, {"start_s", place.start_s}, {"end_s", place.end_s}, {"why", place.why}});
    }
    return {{"stream", stream.stream},
            {"codec_in", stream.codec_in},
            {"codec_out", stream.codec_out},
            {"frames", stream.frames},
            {"frames_masked", stream.frames_masked},
            {"faces", stream.tracks.tracks.size()},
            {"longest_bridge_s", stream.longest_bridge_s},
            {"tracks", tracks},
            {"doubtful", doubtful}};
}

}  // namespace

std::string print_report(const Report& report) {
    Json streams = Json::array();
    for (const StreamReport& stream : report.streams) streams.push_back(stream_json(stream));
    const Json json{{"format", "invisiblur-report"},
                    {"version", 1},
                    {"source", report.source},
                    {"output", report.output},
                    {"source_sha256", report.source_sha256},
                    {"detector", report.detector},
                    {"options", report.options},
                    {"passes", report.passes},
                    {"elapsed_s", report.elapsed_s},
                    {"faces_expected_met", report.faces_expected_met},
                    {"warnings", report.warnings},
                    {"streams", streams}};
    // A file name need not be UTF-8; a report must be, so what is not gets replaced.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace invisiblur
