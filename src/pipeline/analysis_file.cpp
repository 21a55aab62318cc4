#include "pipeline/analysis_file.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/byte_stream.hpp"
#include "base/spill_memory.hpp"
#include "image/stored_picture.hpp"

namespace invisiblur {
namespace {

constexpr const char* kKind = "analysis 1";

/// Reasons for doubt are few; they live as long as the program.
const char* kept_text(const std::string& text) {
    static std::set<std::string> texts;
    return texts.insert(text).first->c_str();
}

void put_image(ByteWriter& file, const ImageView& image) {
    file.put(image.layout);
    file.put(image.width);
    file.put(image.height);
    const OwnedImage copy = copy_image(image);
    const std::span<const std::uint8_t> bytes = copy.bytes();
    file.bytes(bytes.data(), bytes.size());
}

OwnedImage get_image(ByteReader& file) {
    constexpr int kMostSide = 1 << 16;
    const auto layout = file.get<PixelLayout>();
    const int width = file.get<int>(), height = file.get<int>();
    if (width < 0 || height < 0 || width > kMostSide || height > kMostSide) throw std::runtime_error(file.path() + " is damaged: make it again");
    OwnedImage image(layout, width, height);
    const std::span<std::uint8_t> bytes = image.bytes();
    file.bytes(bytes.data(), bytes.size());
    return image;
}

std::size_t bytes_of(const ImageView& image) {
    return sizeof image.layout + 2 * sizeof(int) + OwnedImage(image.layout, image.width, image.height).bytes().size();
}

void put_tracks(ByteWriter& file, const Tracks& tracks) {
    const TracksSource& source = tracks.source;
    for (const std::int64_t value : {std::int64_t{source.width}, std::int64_t{source.height}, source.time_base_num, source.time_base_den, source.frames})
        file.put(value);
    file.put<std::uint64_t>(tracks.tracks.size());
    for (const Track& track : tracks.tracks) {
        file.put(track.id);
        file.put_all(track.boxes);
    }
}

Tracks get_tracks(ByteReader& file) {
    Tracks tracks;
    tracks.source.width = static_cast<int>(file.get<std::int64_t>());
    tracks.source.height = static_cast<int>(file.get<std::int64_t>());
    tracks.source.time_base_num = file.get<std::int64_t>();
    tracks.source.time_base_den = file.get<std::int64_t>();
    tracks.source.frames = file.get<std::int64_t>();
    for (std::size_t n = file.count(sizeof(int)); n > 0; --n) {
        const int id = file.get<int>();
        const std::vector<TrackBox> boxes = file.get_all<TrackBox>();
        tracks.tracks.push_back({id, std::pmr::vector<TrackBox>(boxes.begin(), boxes.end(), &spill_memory()), {}});
    }
    return tracks;
}

void put_doubts(ByteWriter& file, const std::vector<Tracker::Doubt>& doubts) {
    file.put<std::uint64_t>(doubts.size());
    for (const Tracker::Doubt& doubt : doubts) {
        file.put(doubt.track);
        file.put(doubt.first_pts);
        file.put(doubt.last_pts);
        file.put(doubt.box);
        file.put_text(doubt.why);
    }
}

std::vector<Tracker::Doubt> get_doubts(ByteReader& file) {
    std::vector<Tracker::Doubt> doubts(file.count(sizeof(Box)));
    for (Tracker::Doubt& doubt : doubts) {
        doubt.track = file.get<int>();
        doubt.first_pts = file.get<std::int64_t>();
        doubt.last_pts = file.get<std::int64_t>();
        doubt.box = file.get<Box>();
        doubt.why = kept_text(file.get_text());
    }
    return doubts;
}

void put_reference(ByteWriter& file, const ReferenceFrame& reference) {
    file.put(reference.sample.index);
    file.put(reference.sample.picture->pts());
    file.put(reference.sample.picture->interlaced());
    file.put(reference.pose);
    file.put_all(reference.sample.areas);
    put_image(file, reference.sample.picture->view());
}

ReferenceFrame get_reference(ByteReader& file) {
    ReferenceFrame reference;
    reference.sample.index = file.get<std::int64_t>();
    const auto pts = file.get<std::int64_t>();
    const bool interlaced = file.get<bool>();
    reference.pose = file.get<Camera::Pose>();
    reference.sample.areas = file.get_all<FaceArea>();
    reference.sample.picture = std::make_shared<StoredPicture>(get_image(file), pts, interlaced);
    return reference;
}

/// The plate of a shot as it is asked for: from the shot's own area.
Plate plate_of(const ShotRecord& shot) {
    return shot.plate->plate(shot.start, shot.plate_area);
}

/// Pictures stand behind their size, so that a reader can pass over them.
void put_shot(ByteWriter& file, const ShotRecord& shot) {
    file.put(shot.start);
    file.put(shot.moving);
    file.put(shot.plate != nullptr);
    file.put_all(shot.poses);
    std::uint64_t size = sizeof(std::uint64_t);
    for (const ReferenceFrame& w : shot.references)
        size += 2 * sizeof(std::int64_t) + sizeof(bool) + sizeof w.pose + sizeof(std::uint64_t) + w.sample.areas.size() * sizeof(FaceArea) + bytes_of(w.sample.picture->view());
    std::optional<Plate> plate;
    if (shot.plate) {
        plate = plate_of(shot);
        size += sizeof plate->area + sizeof(std::uint64_t) + plate->known.size() + bytes_of(plate->image.view());
    }
    file.put(size);
    file.put<std::uint64_t>(shot.references.size());
    for (const ReferenceFrame& reference : shot.references) put_reference(file, reference);
    if (!plate) return;
    file.put(plate->area);
    file.put_all(plate->known);
    put_image(file, plate->image.view());
}

ShotRecord get_shot(ByteReader& file, const std::function<bool(std::int64_t)>& wanted_from) {
    ShotRecord shot;
    shot.start = file.get<std::int64_t>();
    shot.moving = file.get<bool>();
    const bool has_plate = file.get<bool>();
    shot.poses = file.get_all<Camera::Pose>();
    const auto size = file.get<std::uint64_t>();
    if (!wanted_from(shot.start)) {
        file.skip(size);
        return shot;
    }
    for (std::size_t n = file.count(1); n > 0; --n) shot.references.push_back(get_reference(file));
    if (!has_plate) return shot;
    Plate plate;
    plate.area = shot.plate_area = file.get<Rect>();
    plate.known = file.get_all<std::uint8_t>();
    plate.image = get_image(file);
    shot.plate = make_still_plate(std::move(plate));
    return shot;
}

void put_analysis(ByteWriter& file, const Analysis& analysis) {
    file.put_text(analysis.detector);
    file.put_all(analysis.frame_pts);
    put_tracks(file, analysis.tracks);
    put_doubts(file, analysis.doubts);
    file.put<std::uint64_t>(analysis.spans.size());
    for (const auto& [track, span] : analysis.spans) {
        file.put(track);
        file.put(span);
    }
    std::vector<std::int64_t> starts;
    for (const ShotRecord& shot : analysis.shots) starts.push_back(shot.start);
    file.put_all(starts);
    for (const ShotRecord& shot : analysis.shots) put_shot(file, shot);
}

std::shared_ptr<const Analysis> get_analysis(ByteReader& file, const FrameRange& pts) {
    auto analysis = std::make_shared<Analysis>();
    analysis->detector = file.get_text();
    analysis->frame_pts = file.get_all<std::int64_t>();
    analysis->frames = static_cast<std::int64_t>(analysis->frame_pts.size());
    analysis->tracks = get_tracks(file);
    analysis->doubts = get_doubts(file);
    for (std::size_t n = file.count(sizeof(int) + sizeof(TrackSpan)); n > 0; --n) {
        const int track = file.get<int>();
        analysis->spans.emplace(track, file.get<TrackSpan>());
    }
    const std::int64_t first = analysis->frame_at(pts.first), end = analysis->frame_at(pts.end);
    const auto starts = file.get_all<std::int64_t>();
    const auto wanted = [&](std::int64_t start) {
        const auto next = std::upper_bound(starts.begin(), starts.end(), start);
        return start < end && (next == starts.end() || *next > first);
    };
    for (std::size_t n = 0; n < starts.size(); ++n) analysis->shots.push_back(get_shot(file, wanted));
    return analysis;
}

}  // namespace

void save_analyses(PendingFile& pending, const AnalysisOrigin& origin, const std::vector<std::shared_ptr<const Analysis>>& analyses) {
    ByteWriter file(pending, kKind);
    file.put_text(origin.source);
    file.put_text(origin.options);
    file.put<std::uint64_t>(analyses.size());
    for (const auto& analysis : analyses) put_analysis(file, *analysis);
    file.finish();
}

std::vector<std::shared_ptr<const Analysis>> load_analyses(const std::string& path, const AnalysisOrigin& origin, const std::vector<FrameRange>& ranges) {
    ByteReader file(path, kKind);
    const AnalysisOrigin found{file.get_text(), file.get_text()};
    if (found.source != origin.source) throw std::invalid_argument("--analysis " + path + " belongs to another video: analyse this one anew");
    if (found.options != origin.options)
        throw std::invalid_argument("--analysis " + path + " was made with other options (\"" + found.options + "\", not \"" + origin.options +
                                    "\"): give the same ones about faces and what replaces them");
    std::vector<std::shared_ptr<const Analysis>> analyses;
    for (std::size_t n = file.count(1); n > 0; --n)
        analyses.push_back(get_analysis(file, analyses.size() < ranges.size() ? ranges[analyses.size()] : FrameRange{INT64_MIN, INT64_MAX}));
    file.check_end();
    return analyses;
}

bool is_analysis_file(const std::string& path) {
    return ByteReader::is_kind(path, kKind);
}

}  // namespace invisiblur
