#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/time_code.hpp"
#include "invisiblur/transcode.hpp"
#include "track/track_kinds.hpp"

namespace invisiblur {
namespace {

using Json = nlohmann::ordered_json;

/// Without the digits that only binary fractions have.
double to_microseconds(double time_s) {
    return std::round(time_s * 1e6) / 1e6;
}

/// Null where the time base is unknown.
Json seconds(const TracksSource& source, std::int64_t pts) {
    if (source.time_base_num <= 0 || source.time_base_den <= 0) return nullptr;
    return to_microseconds(static_cast<double>(pts) * static_cast<double>(source.time_base_num) / static_cast<double>(source.time_base_den));
}

/// All that a distance or a confidence means.
double to_hundredths(double value) {
    return std::round(value * 100) / 100;
}

Json code_of(const Json& time_s) {
    if (time_s.is_null()) return nullptr;
    return time_code(time_s.get<double>());
}

bool was_looked_at(const TrackBox& box) {
    return box.from == BoxSource::detector || box.from == BoxSource::hand;
}

/// The longest stretch of a track between two looks in which its place was partly guessed.
/// Units: frames of the stretch; pts from its first frame to the next look.
struct Gap {
    std::int64_t frames = 0;
    std::int64_t pts = 0;
};

Gap longest_bridge(const Track& track) {
    Gap longest, run;
    bool guessed = false, between = false;
    std::int64_t start = 0;
    for (const TrackBox& box : track.boxes) {
        if (!was_looked_at(box)) {
            if (run.frames++ == 0) start = box.pts;
            guessed |= box.from == BoxSource::bridge;
            continue;
        }
        run.pts = run.frames > 0 ? box.pts - start : 0;
        if (between && guessed && run.pts > longest.pts) longest = run;
        run = {};
        guessed = false;
        between = true;
    }
    return longest;
}

/// Null where nothing was detected.
Json lowest_score(const Track& track) {
    Json lowest;
    for (const TrackBox& box : track.boxes) {
        if (box.from != BoxSource::detector) continue;
        // Three decimals are all that a score means.
        const double score = std::round(static_cast<double>(box.score) * 1000) / 1000;
        if (lowest.is_null() || score < lowest.get<double>()) lowest = score;
    }
    return lowest;
}

Json track_json(const TracksSource& source, const Track& track) {
    std::map<std::string, std::int64_t> by_source;
    for (const TrackBox& box : track.boxes) ++by_source[std::string(to_string(box.from))];
    Json json{{"id", track.id}, {"kind", track.kind.empty() ? "face" : track.kind}, {"boxes", track.boxes.size()}, {"boxes_from", by_source}, {"lowest_score", lowest_score(track)}};
    if (!track.boxes.empty()) {
        json["first_s"] = seconds(source, track.boxes.front().pts);
        json["last_s"] = seconds(source, track.boxes.back().pts);
        json["first"] = code_of(json["first_s"]);
        json["last"] = code_of(json["last_s"]);
    }
    if (!track.kind.empty()) json["kind"] = track.kind;
    if (track.person > 0) json["person"] = track.person;
    const Gap bridge = longest_bridge(track);
    json["longest_bridge_frames"] = bridge.frames;
    json["longest_bridge_s"] = seconds(source, bridge.pts);
    return json;
}

Json place_json(const DoubtfulPlace& place) {
    const auto pixels = [](float v) { return std::lround(v); };
    Json json{{"track", place.track},
            {"start_s", to_microseconds(place.start_s)},
            {"end_s", to_microseconds(place.end_s)},
            {"start", time_code(place.start_s)},
            {"end", time_code(place.end_s)},
            {"why", place.why},
            {"x", pixels(place.box.x)},
            {"y", pixels(place.box.y)},
            {"w", pixels(place.box.w)},
            {"h", pixels(place.box.h)}};
    if (place.distance) json["distance"] = to_hundredths(*place.distance);
    return json;
}

/// What is known of a person, with the times at which a face of it is there.
Json person_json(const StreamReport& stream, const PersonReport& person) {
    Json json{{"person", person.person}, {"stays_visible", person.left}, {"confidence", to_hundredths(person.confidence)}, {"tracks", person.tracks}, {"times", Json::array()}};
    if (person.distance) json["distance"] = to_hundredths(*person.distance);
    for (const int id : person.tracks) {
        for (const Tracks* tracks : {&stream.tracks, &stream.left}) {
            const auto track = std::ranges::find(tracks->tracks, id, &Track::id);
            if (track == tracks->tracks.end() || track->boxes.empty()) continue;
            const Json start = seconds(stream.tracks.source, track->boxes.front().pts), end = seconds(stream.tracks.source, track->boxes.back().pts);
            json["times"].push_back({{"start_s", start}, {"end_s", end}, {"start", code_of(start)}, {"end", code_of(end)}});
        }
    }
    return json;
}

Json persons_json(const StreamReport& stream) {
    Json list = Json::array();
    for (const PersonReport& person : stream.persons) list.push_back(person_json(stream, person));
    return list;
}

/// Shares of what was painted where a face was.
Json painted_json(const PaintedShare& painted) {
    const double all = static_cast<double>(std::max<std::int64_t>(1, painted.seen_px + painted.made_up_px));
    const auto share = [&](std::int64_t px) { return std::round(static_cast<double>(px) / all * 1000) / 1000; };
    return {{"seen", share(painted.seen_px)}, {"made_up", share(painted.made_up_px)}};
}

Json stream_json(const StreamReport& stream) {
    Json tracks = Json::array();
    double longest_s = 0;
    for (const Track& track : stream.tracks.tracks) {
        tracks.push_back(track_json(stream.tracks.source, track));
        if (const auto painted = stream.painted.find(track.id); painted != stream.painted.end()) tracks.back()["painted"] = painted_json(painted->second);
        const Json& bridge_s = tracks.back()["longest_bridge_s"];
        if (!bridge_s.is_null()) longest_s = std::max(longest_s, bridge_s.get<double>());
    }
    Json left = Json::array();
    for (const Track& track : stream.left.tracks) left.push_back(track_json(stream.tracks.source, track));
    std::vector<DoubtfulPlace> places = stream.doubtful;
    std::ranges::stable_sort(places, {}, &DoubtfulPlace::start_s);
    Json doubtful = Json::array();
    for (const DoubtfulPlace& place : places) doubtful.push_back(place_json(place));
    return {{"stream", stream.stream},
            {"codec_in", stream.codec_in},
            {"codec_out", stream.codec_out},
            {"frames", stream.frames},
            {"frames_masked", stream.frames_masked},
            {"frames_copied", stream.frames_copied},
            {"faces", face_count(stream.tracks)},
            {"texts", text_count(stream.tracks)},
            {"bodies", stream.bodies},
            {"longest_bridge_s", longest_s},
            {"doubtful_places", places.size()},
            {"tracks", tracks},
            {"left", left},
            {"persons", persons_json(stream)},
            {"doubtful", doubtful}};
}

Json finding_json(const VerifyFinding& finding) {
    const auto pixels = [](float v) { return std::lround(v); };
    Json json{{"stream", finding.stream},
              {"start_s", to_microseconds(finding.start_s)},
              {"end_s", to_microseconds(finding.end_s)},
              {"start", time_code(finding.start_s)},
              {"end", time_code(finding.end_s)},
              {"method", finding.method},
              {"looks", finding.looks},
              {"score", std::round(finding.score * 1000) / 1000},
              {"x", pixels(finding.box.x)},
              {"y", pixels(finding.box.y)},
              {"w", pixels(finding.box.w)},
              {"h", pixels(finding.box.h)}};
    if (finding.track != 0) json["track"] = finding.track;
    return json;
}

Json damage_json(const DamagedStretch& stretch) {
    return {{"stream", stretch.stream},
            {"start_s", to_microseconds(stretch.start_s)},
            {"end_s", to_microseconds(stretch.end_s)},
            {"start", time_code(stretch.start_s)},
            {"end", time_code(stretch.end_s)},
            {"blank_frames", stretch.frames},
            {"why", stretch.why}};
}

Json sound_json(const Report& report) {
    Json tracks = Json::array(), silenced = Json::array();
    for (const SoundReport& track : report.sound)
        tracks.push_back({{"stream", track.stream},
                          {"codec_in", track.codec_in},
                          {"codec_out", track.codec_out},
                          {"packets_copied", track.packets_copied},
                          {"packets_encoded", track.packets_encoded}});
    for (const SilencedSpan& span : report.silenced)
        silenced.push_back({{"start_s", to_microseconds(span.start_s)},
                            {"end_s", to_microseconds(span.end_s)},
                            {"start", time_code(span.start_s)},
                            {"end", time_code(span.end_s)},
                            {"by", span.beep ? "tone" : "silence"}});
    return {{"voices", report.voices}, {"tracks", tracks}, {"silenced", silenced}, {"texts_cleaned", report.texts_cleaned}};
}

Json verify_json(const VerifyReport& verify) {
    using Kind = VerifyFinding::Kind;
    constexpr std::pair<Kind, const char*> kKinds[] = {
        {Kind::remaining, "remaining"}, {Kind::fresh, "new"}, {Kind::kept, "kept"}, {Kind::doubtful, "doubtful"}};
    Json json{{"passed", verify.passed},
              {"methods", verify.methods},
              {"frames", verify.frames},
              {"looks", verify.looks},
              {"compared_with_source", verify.compared},
              {"faces_compared", verify.faces_compared}};
    for (const auto& [kind, name] : kKinds) {
        Json& list = json[name] = Json::array();
        for (const VerifyFinding& finding : verify.findings)
            if (finding.kind == kind) list.push_back(finding_json(finding));
    }
    return json;
}

}  // namespace

std::string print_report(const Report& report) {
    Json streams = Json::array();
    std::size_t faces = 0, texts = 0, doubtful = 0;
    double longest_s = 0;
    for (const StreamReport& stream : report.streams) {
        streams.push_back(stream_json(stream));
        faces += face_count(stream.tracks);
        texts += text_count(stream.tracks);
        doubtful += stream.doubtful.size();
        longest_s = std::max(longest_s, streams.back()["longest_bridge_s"].get<double>());
    }
    Json json{{"format", "invisiblur-report"},
                    {"version", 1},
                    {"source", report.source},
                    {"output", report.output},
                    {"source_sha256", report.source_sha256},
                    {"output_sha256", report.output_sha256},
                    {"program_version", report.program_version},
                    {"libraries", report.libraries},
                    {"file_sha256", report.file_sha256},
                    {"started", report.started},
                    {"finished", report.finished},
                    {"detector", report.detector},
                    {"options", report.options},
                    {"passes", report.passes},
                    {"elapsed_s", report.elapsed_s},
                    {"faces", faces},
                    {"texts", texts},
                    {"faces_expected_met", report.faces_expected_met},
                    {"longest_bridge_s", longest_s},
                    {"doubtful_places", doubtful},
                    {"warnings", report.warnings},
                    {"damaged", Json::array()},
                    {"sound", sound_json(report)},
                    {"streams", streams}};
    for (const DamagedStretch& stretch : report.damaged) json["damaged"].push_back(damage_json(stretch));
    if (report.verify) json["verify"] = verify_json(*report.verify);
    // A file name need not be UTF-8; a report must be, so what is not gets replaced.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace invisiblur
