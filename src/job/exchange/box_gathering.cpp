#include "job/exchange/box_gathering.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "base/time_code.hpp"
#include "options/option_text.hpp"
#include "track/association.hpp"

namespace invisiblur {
namespace {

constexpr double kMaxCoordinate = 1048576;
// Boxes of neighbouring frames that are this much alike in place and size are of one track.
constexpr float kSameTrack = 0.25F;
constexpr std::array<std::string_view, 8> kLabels{"face", "head", "person", "people", "text", "plate", "license_plate", "object"};

[[noreturn]] void refuse(const std::string& where, const std::string& why) {
    throw std::invalid_argument(where + " " + why);
}

}  // namespace

void BoxGathering::check_size(const std::string& where, std::int64_t width, std::int64_t height) const {
    if ((width == 0 || width == film_.width) && (height == 0 || height == film_.height)) return;
    refuse(where, "is of a picture of " + std::to_string(width) + "x" + std::to_string(height) + " pixels, not of " + std::to_string(film_.width) + "x" +
                      std::to_string(film_.height) + "; give the boxes of this video");
}

void BoxGathering::check_film(const std::string& where, const std::string& sha256) const {
    if (sha256.empty() || film_.sha256.empty() || sha256 == film_.sha256) return;
    refuse(where, "belongs to another video: its SHA-256 is not this file's");
}

void BoxGathering::check_frames(std::int64_t frames) const {
    const auto own = static_cast<std::int64_t>(film_.frame_pts.size());
    if (frames > own) refuse("the file", "belongs to another video: it has " + std::to_string(frames) + " frames, and this one " + std::to_string(own));
}

void BoxGathering::check_times(const Tracks& tracks) const {
    if (film_.frame_pts.empty() || tracks.source.time_base_den <= 0 || film_.time_base_den <= 0) return;
    const auto seconds = [](std::int64_t pts, std::int64_t num, std::int64_t den) { return static_cast<double>(pts) * static_cast<double>(num) / static_cast<double>(den); };
    const double end_s = seconds(film_.frame_pts.back(), film_.time_base_num, film_.time_base_den);
    constexpr double kOtherTimeBase_s = 0.5;  // of one as coarse as a frame and more
    for (std::size_t t = 0; t < tracks.tracks.size(); ++t) {
        const auto& boxes = tracks.tracks[t].boxes;
        if (boxes.empty()) continue;
        const double time_s = seconds(boxes.back().pts, tracks.source.time_base_num, tracks.source.time_base_den);
        if (time_s > end_s + kOtherTimeBase_s)
            refuse("tracks[" + std::to_string(t) + "]", "has a box at " + time_code(time_s) + ", and the last picture of this video is shown at " + time_code(end_s));
    }
}

std::string BoxGathering::kind_of(const std::string& where, std::string_view label) {
    if (std::ranges::find(kLabels, label) == kLabels.end())
        refuse(where, "has the label " + invisiblur::quoted(label) + ", which is none of face, head, person, people, text, plate, license_plate, object: rename it, or take it out if it is not to be hidden");
    return label == "face" ? std::string() : std::string(label);
}

void BoxGathering::check(const std::string& where, std::int64_t frame, const Item& item) const {
    const auto frames = static_cast<std::int64_t>(film_.frame_pts.size());
    if (frame < 0) refuse(where, "has a frame number below the first");
    if (frame >= frames) refuse(where, "is of frame " + std::to_string(frame) + " counted from 0, and the video ends with frame " + std::to_string(frames - 1));
    const Box& b = item.box;
    for (const float value : {b.x, b.y, b.w, b.h})
        if (!std::isfinite(value) || std::abs(value) > kMaxCoordinate) refuse(where, "has a number that is none or beyond 1048576");
    if (!(b.w > 0 && b.h > 0)) refuse(where, "has a width or height that is not greater than 0");
    if (!std::isfinite(item.score)) refuse(where, "has a score that is no number");
}

TrackBox BoxGathering::box_at(std::int64_t frame, const Item& item) const {
    return {film_.frame_pts[static_cast<std::size_t>(frame)], item.box, static_cast<float>(std::clamp(item.score, 0.0, 1.0)), item.from};
}

void BoxGathering::add(const std::string& where, std::int64_t frame, std::int64_t id, const Item& item) {
    check(where, frame, item);
    if (!taken_.emplace(id, frame).second) refuse(where, "is the second box of track " + std::to_string(id) + " in frame " + std::to_string(frame) + " counted from 0");
    Track& track = tracks_[{id, item.kind}];
    track.kind = item.kind;
    track.person = std::max(track.person, item.person);
    track.boxes.push_back(box_at(frame, item));
}

void BoxGathering::add_loose(const std::string& where, std::int64_t frame, const Item& item) {
    check(where, frame, item);
    loose_[frame].push_back(item);
}

/// From frame to frame, as the tracker does it.
void BoxGathering::join_loose(Tracks& tracks) {
    struct Chain {
        Track track;
        std::int64_t last = 0;
    };
    std::vector<Chain> open, done;
    for (const auto& [frame, items] : loose_) {
        std::vector<Box> expected;
        const auto ended = std::stable_partition(open.begin(), open.end(), [&, at = frame](const Chain& c) { return c.last + 1 == at; });
        std::move(ended, open.end(), std::back_inserter(done));
        open.erase(ended, open.end());
        for (const Chain& chain : open) expected.push_back(chain.track.boxes.back().box);
        std::vector<Face> faces;
        for (const Item& item : items) faces.push_back({item.box, static_cast<float>(item.score)});
        std::vector<std::uint8_t> taken(faces.size(), 0);
        const std::vector<int> pairs = associate(expected, faces, taken, kSameTrack);
        for (std::size_t c = 0; c < pairs.size(); ++c) {
            const auto f = static_cast<std::size_t>(pairs[c]);
            if (pairs[c] < 0 || items[f].kind != open[c].track.kind) continue;
            taken[f] = 1;
            open[c].track.boxes.push_back(box_at(frame, items[f]));
            open[c].last = frame;
        }
        for (std::size_t f = 0; f < items.size(); ++f) {
            if (taken[f]) continue;
            open.push_back({{}, frame});
            open.back().track.kind = items[f].kind;
            open.back().track.boxes.push_back(box_at(frame, items[f]));
        }
    }
    std::move(open.begin(), open.end(), std::back_inserter(done));
    for (Chain& chain : done) {
        chain.track.id = -1;
        tracks.tracks.push_back(std::move(chain.track));
    }
}

Tracks BoxGathering::finish() {
    Tracks tracks;
    tracks.source = {film_.sha256, film_.width, film_.height, film_.time_base_num, film_.time_base_den, static_cast<std::int64_t>(film_.frame_pts.size()), {}};
    std::set<int> ids;
    for (auto& [key, track] : tracks_) {
        const bool ours = key.first >= 0 && key.first <= INT32_MAX && ids.insert(static_cast<int>(key.first)).second;
        track.id = ours ? static_cast<int>(key.first) : -1;
        std::ranges::stable_sort(track.boxes, {}, &TrackBox::pts);
        tracks.tracks.push_back(std::move(track));
    }
    join_loose(tracks);
    std::ranges::stable_sort(tracks.tracks, {}, [](const Track& t) { return t.boxes.front().pts; });
    int next = 1;
    for (Track& track : tracks.tracks) {
        if (track.id >= 0) continue;
        while (ids.contains(next)) ++next;
        track.id = next;
        ids.insert(next);
    }
    return tracks;
}

std::int64_t frame_number(const FilmFacts& film, std::int64_t pts) {
    const auto at = std::ranges::lower_bound(film.frame_pts, pts);
    if (at == film.frame_pts.begin()) return 0;
    const auto number = at - film.frame_pts.begin();
    if (at == film.frame_pts.end()) return number - 1;
    return pts - *(at - 1) < *at - pts ? number - 1 : number;
}

std::string exact_number(double value) {
    if (!std::isfinite(value)) throw std::invalid_argument("a file of boxes cannot hold a number that is infinite or none");
    return format_number(value);
}

std::string exact_number(float value) {
    static_cast<void>(exact_number(static_cast<double>(value)));  // throws where it is none
    return format_number(value);
}

}  // namespace invisiblur
