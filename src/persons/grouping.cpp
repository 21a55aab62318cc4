#include "persons/grouping.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "base/geometry.hpp"

namespace invisiblur {
namespace {

/// Two boxes that overlap more are one face that two tracks follow.
constexpr float kOneFaceIou = 0.3F;

struct Pair {
    std::size_t a, b;
    double distance;
};

/// The tracks that are one person so far; at the place of the person's first track.
class Clusters {
public:
    explicit Clusters(std::size_t count) : of_(count), members_(count) {
        std::iota(of_.begin(), of_.end(), std::size_t{0});
        for (std::size_t i = 0; i < count; ++i) members_[i] = {i};
    }

    std::size_t of(std::size_t track) const { return of_[track]; }
    const std::vector<std::size_t>& members(std::size_t cluster) const { return members_[cluster]; }

    void join(std::size_t a, std::size_t b) {
        if (b < a) std::swap(a, b);
        for (const std::size_t track : members_[b]) of_[track] = a;
        members_[a].insert(members_[a].end(), members_[b].begin(), members_[b].end());
        members_[b].clear();
    }

private:
    std::vector<std::size_t> of_;
    std::vector<std::vector<std::size_t>> members_;
};

double mean_distance(const std::vector<TrackLooks>& tracks, std::size_t track, const std::vector<std::size_t>& others) {
    double sum = 0;
    std::size_t count = 0;
    for (const std::size_t other : others) {
        if (other == track) continue;
        sum += distance(tracks[track], tracks[other]);
        ++count;
    }
    return count > 0 ? sum / static_cast<double>(count) : 0;
}

/// Of a track that is alone: how far its own looks are from each other.
double own_spread(const TrackLooks& track) {
    return track.looks.size() > 1 ? distance(track, track) : kLink / 2;
}

/// How much nearer a track is to its own person than to the nearest other one, which is kSamePerson away where there is none.
double silhouette(const std::vector<TrackLooks>& tracks, const Clusters& clusters, const std::vector<std::size_t>& known, std::size_t track) {
    const std::vector<std::size_t>& own = clusters.members(clusters.of(track));
    const double within = own.size() > 1 ? mean_distance(tracks, track, own) : own_spread(tracks[track]);
    double nearest = kSamePerson;
    for (const std::size_t other : known)
        if (clusters.of(other) == other && other != clusters.of(track)) nearest = std::min(nearest, mean_distance(tracks, track, clusters.members(other)));
    return std::max(0.0, (nearest - within) / std::max({nearest, within, 1e-9}));
}

}  // namespace

double distance(const TrackLooks& a, const TrackLooks& b) {
    double sum = 0;
    for (const PersonLook& one : a.looks)
        for (const PersonLook& other : b.looks) sum += distance(one.face, other.face);
    return sum / static_cast<double>(a.looks.size() * b.looks.size());
}

bool looks_agree(const TrackLooks& track) {
    for (std::size_t i = 0; i < track.looks.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (distance(track.looks[i].face, track.looks[j].face) > kSamePerson) return false;
    return true;
}

std::vector<TrackLooks> parts_of(const TrackLooks& track, const std::vector<std::int64_t>& changes) {
    std::vector<TrackLooks> parts;
    TrackLooks part = track;
    const auto begin = std::ranges::upper_bound(changes, track.first_pts);
    for (auto next = begin;; ++next) {
        const bool last = next == changes.end() || *next > track.last_pts;
        part.last_pts = last ? track.last_pts : *next - 1;
        part.looks.clear();
        std::ranges::copy_if(track.looks, std::back_inserter(part.looks), [&](const PersonLook& look) { return look.pts >= part.first_pts && look.pts <= part.last_pts; });
        parts.push_back(part);
        if (last) break;
        part.first_pts = *next;
    }
    const bool whole = std::ranges::none_of(parts, [](const TrackLooks& p) { return p.looks.empty(); });
    if (track.looks.empty() || (whole && looks_agree(track))) return {track};
    return parts;
}

bool are_apart(const Track& a, const Track& b, const PtsSpan& when) {
    const auto start = [&](const Track& track) { return std::ranges::lower_bound(track.boxes, when.first, {}, &TrackBox::pts); };
    for (auto x = start(a), y = start(b); x != a.boxes.end() && y != b.boxes.end() && x->pts <= when.last && y->pts <= when.last;) {
        if (x->pts < y->pts) {
            ++x;
        } else if (y->pts < x->pts) {
            ++y;
        } else if (iou(x->box, y->box) < kOneFaceIou) {
            return true;
        } else {
            ++x, ++y;
        }
    }
    return false;
}

std::vector<PersonOfTrack> group_into_persons(const std::vector<TrackLooks>& tracks, const Apart& apart) {
    std::vector<std::size_t> known;
    for (std::size_t i = 0; i < tracks.size(); ++i)
        if (!tracks[i].looks.empty() && looks_agree(tracks[i])) known.push_back(i);
    std::vector<Pair> near;
    for (std::size_t i = 0; i < known.size(); ++i)
        for (std::size_t j = i + 1; j < known.size(); ++j)
            if (const double d = distance(tracks[known[i]], tracks[known[j]]); d < kLink) near.push_back({known[i], known[j], d});
    std::ranges::stable_sort(near, {}, &Pair::distance);
    Clusters clusters(tracks.size());
    for (const Pair& pair : near) {
        const std::size_t a = clusters.of(pair.a), b = clusters.of(pair.b);
        if (a == b) continue;
        const auto fits = [&](std::size_t one) {
            return std::ranges::all_of(clusters.members(b), [&](std::size_t other) { return distance(tracks[one], tracks[other]) < kLink && !apart(one, other); });
        };
        if (std::ranges::all_of(clusters.members(a), fits)) clusters.join(a, b);
    }
    std::vector<std::size_t> order = known;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return tracks[i].first_pts; });
    std::vector<PersonOfTrack> persons(tracks.size());
    int number = 0;
    for (const std::size_t i : order) {
        if (persons[i].person > 0) continue;
        ++number;
        const std::vector<std::size_t>& members = clusters.members(clusters.of(i));
        double sum = 0;
        for (const std::size_t m : members) sum += silhouette(tracks, clusters, known, m);
        for (const std::size_t m : members) persons[m] = {number, sum / static_cast<double>(members.size())};
    }
    return persons;
}

}  // namespace invisiblur
