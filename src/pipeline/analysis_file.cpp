#include "pipeline/analysis_file.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/spill_memory.hpp"
#include "base/cbor_reader.hpp"
#include "base/cbor_writer.hpp"
#include "pipeline/stored_shot.hpp"

namespace invisiblur {
namespace {

using Json = nlohmann::json;

constexpr const char* kKind = "analysis";
constexpr int kMostSide = 1 << 16;

Json json_of(const Box& box) {
    return Json::array({box.x, box.y, box.w, box.h});
}

Box box_of(const CborValue& value) {
    return {value.at(0).single(), value.at(1).single(), value.at(2).single(), value.at(3).single()};
}

void put_tracks(CborWriter& file, const Tracks& tracks) {
    const TracksSource& source = tracks.source;
    file.value({{"width", source.width}, {"height", source.height}, {"time_base", Json::array({source.time_base_num, source.time_base_den})},
                {"frames", source.frames}, {"tracks", tracks.tracks.size()}});
    for (const Track& track : tracks.tracks) {
        file.value({{"id", track.id}, {"kind", track.kind}});
        file.rows(track.boxes, [](const TrackBox& b) { return Json::array({b.pts, json_of(b.box), b.score, static_cast<int>(b.from)}); });
    }
}

TrackBox track_box_of(const CborValue& value) {
    constexpr int kLast = static_cast<int>(BoxSource::hand);
    return {value.at(0).whole(), box_of(value.at(1)), value.at(2).single(), static_cast<BoxSource>(value.at(3).number(0, kLast))};
}

Tracks get_tracks(CborReader& file) {
    const CborValue value = file.value();
    Tracks tracks;
    tracks.source.width = value.at("width").number(0, kMostSide);
    tracks.source.height = value.at("height").number(0, kMostSide);
    tracks.source.time_base_num = value.at("time_base").at(0).whole(0);
    tracks.source.time_base_den = value.at("time_base").at(1).whole(0);
    tracks.source.frames = value.at("frames").whole(0);
    for (std::int64_t n = value.at("tracks").whole(0); n > 0; --n) {
        const CborValue head = file.value();
        const int id = head.at("id").number();
        const std::string kind = head.at("kind").text();
        std::vector<TrackBox> boxes;
        file.rows([&](const CborValue& box) {
            boxes.push_back(track_box_of(box));
            box.check(boxes.size() == 1 || boxes[boxes.size() - 2].pts < boxes.back().pts);
        });
        tracks.tracks.push_back({id, std::pmr::vector<TrackBox>(boxes.begin(), boxes.end(), &spill_memory()), {}, 0, kind});
    }
    return tracks;
}

Json json_of(const Tracker::Doubt& doubt) {
    return Json::array({doubt.track, doubt.first_pts, doubt.last_pts, json_of(doubt.box), doubt.why});
}

Tracker::Doubt doubt_of(const CborValue& value) {
    return {value.at(0).number(), value.at(1).whole(), value.at(2).whole(), value.at(4).text(), box_of(value.at(3))};
}

Json json_of(const std::pair<const int, TrackSpan>& span) {
    return Json::array({span.first, span.second.first, span.second.last, span.second.starts_unseen, span.second.ends_unseen});
}

TrackSpan span_of(const CborValue& value, std::int64_t frames) {
    const std::int64_t first = value.at(1).whole(0, frames - 1);
    return {first, value.at(2).whole(first, frames - 1), value.at(3).flag(), value.at(4).flag()};
}

void put_analysis(CborWriter& file, const Analysis& analysis) {
    file.value({{"detector", analysis.detector}});
    file.rows(analysis.frame_pts, [](std::int64_t pts) { return Json(pts); });
    put_tracks(file, analysis.tracks);
    file.rows(analysis.doubts, [](const Tracker::Doubt& doubt) { return json_of(doubt); });
    file.rows(analysis.spans, [](const auto& span) { return json_of(span); });
    file.rows(analysis.shots, [](const ShotRecord& shot) { return Json(shot.start); });
    for (const ShotRecord& shot : analysis.shots) put_shot(file, shot);
}

/// Where the shots begin: the first with the first frame, each later than the one before.
std::vector<std::int64_t> get_starts(CborReader& file, std::int64_t frames) {
    std::vector<std::int64_t> starts;
    file.rows([&](const CborValue& start) { starts.push_back(start.whole(starts.empty() ? 0 : starts.back() + 1, starts.empty() ? 0 : frames - 1)); });
    file.check(starts.empty() == (frames == 0));
    return starts;
}

std::shared_ptr<const Analysis> get_analysis(CborReader& file, const FrameRange& pts) {
    auto analysis = std::make_shared<Analysis>();
    analysis->detector = file.value().at("detector").text();
    file.rows([&](const CborValue& time) { analysis->frame_pts.push_back(time.whole()); });
    file.check(std::ranges::is_sorted(analysis->frame_pts));
    analysis->frames = static_cast<std::int64_t>(analysis->frame_pts.size());
    analysis->tracks = get_tracks(file);
    file.rows([&](const CborValue& doubt) { analysis->doubts.push_back(doubt_of(doubt)); });
    file.rows([&](const CborValue& span) { analysis->spans.emplace(span.at(0).number(), span_of(span, analysis->frames)); });
    const std::int64_t first = analysis->frame_at(pts.first), end = analysis->frame_at(pts.end);
    const std::vector<std::int64_t> starts = get_starts(file, analysis->frames);
    StoredShape shape{{0, 0, analysis->tracks.source.width, analysis->tracks.source.height}, {}};
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const std::int64_t shot_end = i + 1 < starts.size() ? starts[i + 1] : analysis->frames;
        analysis->shots.push_back({});
        analysis->shots.back().start = starts[i];
        get_shot(file, analysis->shots.back(), shot_end, shape, starts[i] < end && shot_end > first);
    }
    analysis->layout = shape.layout;
    return analysis;
}

}  // namespace

void save_analyses(PendingFile& pending, const AnalysisOrigin& origin, const std::vector<std::shared_ptr<const Analysis>>& analyses) {
    CborWriter file(pending, kKind);
    file.value({{"source", origin.source}, {"options", origin.options}, {"streams", analyses.size()}});
    for (const auto& analysis : analyses) put_analysis(file, *analysis);
    file.finish();
}

std::vector<std::shared_ptr<const Analysis>> load_analyses(const std::string& path, const AnalysisOrigin& origin, const std::vector<FrameRange>& ranges) {
    CborReader file(path, kKind);
    const CborValue head = file.value();
    const AnalysisOrigin found{head.at("source").text(), head.at("options").text()};
    if (!origin.source.empty() && found.source != origin.source) throw std::invalid_argument("--analysis " + path + " belongs to another video: analyse this one anew");
    if (found.options != origin.options)
        throw std::invalid_argument("--analysis " + path + " was made with other options (\"" + found.options + "\", not \"" + origin.options +
                                    "\"): give the same ones about faces and what replaces them");
    std::vector<std::shared_ptr<const Analysis>> analyses;
    for (std::int64_t n = head.at("streams").whole(0); n > 0; --n)
        analyses.push_back(get_analysis(file, analyses.size() < ranges.size() ? ranges[analyses.size()] : FrameRange{INT64_MIN, INT64_MAX}));
    file.check_end();
    return analyses;
}

bool is_analysis_file(const std::string& path) {
    return CborReader::is_kind(path, kKind);
}

}  // namespace invisiblur
