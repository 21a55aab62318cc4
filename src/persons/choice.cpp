#include "persons/choice.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace invisiblur {
namespace {

// Kept is only who is surely the one: the mean of the looks below kSurely, and each of them below kEachSurely. Who is not hidden with --hide-person
// must be surely another: beyond kSurelyOther. Between them it is a doubt. The means of two persons' looks do not come nearer than 0.56: docs/persons.md.
constexpr double kSurely = 0.5, kEachSurely = 0.55;
constexpr double kSurelyOther = 0.65;
/// How long a look vouches for a track: up to the next one, and beyond the last one.
constexpr double kVouchedBetween_s = 5, kVouchedBeyond_s = 0.5;
/// By how much nearer the photo to keep must be than any to hide.
constexpr double kClearly = 0.1;

struct Nearness {
    double mean = 2;
    double most = 2;
};

Nearness nearness(const TrackLooks& track, const FaceDescriptor& face) {
    double sum = 0, most = 0;
    for (const PersonLook& look : track.looks) {
        const double d = distance(look.face, face);
        sum += d;
        most = std::max(most, d);
    }
    return {sum / static_cast<double>(track.looks.size()), most};
}

/// The photo that a track is nearest to.
struct Match {
    const PersonPhoto* photo = nullptr;
    Nearness near;
};

Match nearest(const TrackLooks& track, const std::vector<PersonPhoto>& photos, bool keep) {
    Match best;
    for (const PersonPhoto& photo : photos) {
        if (photo.keep != keep) continue;
        const Nearness near = nearness(track, photo.face);
        if (!best.photo || near.mean < best.near.mean) best = {&photo, near};
    }
    return best;
}

class Choice {
public:
    Choice(const std::vector<TrackLooks>& tracks, const std::vector<PersonOfTrack>& persons, const std::vector<PersonPhoto>& photos)
        : tracks_(tracks), persons_(persons), verdicts_(tracks.size()), kept_for_(tracks.size()) {
        const bool keeps = std::ranges::any_of(photos, &PersonPhoto::keep);
        for (std::size_t i = 0; i < tracks.size(); ++i) decide(i, photos, keeps);
        if (!keeps) hide_whole_persons();
    }

    /// Of faces in one frame at most one is the person of a photo.
    void hide_rivals(const Apart& apart) {
        std::vector<bool> rival(tracks_.size());
        for (std::size_t i = 0; i < tracks_.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (kept_for_[i] && kept_for_[i] == kept_for_[j] && apart(i, j)) rival[i] = rival[j] = true;
        for (std::size_t i = 0; i < tracks_.size(); ++i)
            if (rival[i]) doubt(i, fmt::format("two faces at once look like {}", kept_for_[i]->name));
    }

    std::vector<TrackVerdict> take() { return std::move(verdicts_); }

private:
    void doubt(std::size_t i, const std::string& why) {
        verdicts_[i].left = false;
        verdicts_[i].doubt = why + (verdicts_[i].distance < 0 ? "" : fmt::format(" (distance {:.2f})", verdicts_[i].distance)) + ": hidden in doubt";
    }

    void decide(std::size_t i, const std::vector<PersonPhoto>& photos, bool keeps) {
        const TrackLooks& track = tracks_[i];
        if (track.looks.empty()) return doubt(i, "no look at this face is good enough to tell whose it is");
        const Match keep = nearest(track, photos, true), hide = nearest(track, photos, false);
        verdicts_[i].distance = std::min(keep.near.mean, hide.near.mean);
        if (!looks_agree(track)) return doubt(i, "looks at this face do not agree whose it is");
        keeps ? decide_to_keep(i, keep, hide) : decide_to_leave(i, hide);
    }

    void decide_to_keep(std::size_t i, const Match& keep, const Match& hide) {
        if (keep.near.mean >= kSurelyOther) return;
        if (hide.photo && hide.near.mean < keep.near.mean - kClearly) return;
        if (hide.photo && hide.near.mean < keep.near.mean + kClearly) return doubt(i, fmt::format("looks like {} and like {}", keep.photo->name, hide.photo->name));
        if (keep.near.mean >= kSurely || keep.near.most >= kEachSurely) return doubt(i, fmt::format("may be who is in {}", keep.photo->name));
        verdicts_[i].left = true;
        kept_for_[i] = keep.photo;
    }

    void decide_to_leave(std::size_t i, const Match& hide) {
        if (hide.near.mean >= kSurelyOther) verdicts_[i].left = true;
        else if (hide.near.mean >= kSurely) doubt(i, fmt::format("may be who is in {}", hide.photo->name));
    }

    /// Who is hidden, or may have to be, is so in all tracks.
    void hide_whole_persons() {
        for (std::size_t i = 0; i < tracks_.size(); ++i) {
            if (verdicts_[i].left || persons_[i].person == 0) continue;
            for (std::size_t j = 0; j < tracks_.size(); ++j)
                if (persons_[j].person == persons_[i].person) verdicts_[j].left = false;
        }
    }

    const std::vector<TrackLooks>& tracks_;
    const std::vector<PersonOfTrack>& persons_;
    std::vector<TrackVerdict> verdicts_;
    std::vector<const PersonPhoto*> kept_for_;
};

}  // namespace

std::vector<PtsSpan> vouched_spans(const TrackLooks& track, double seconds_per_pts, const std::vector<std::int64_t>& changes) {
    const auto pts = [&](double seconds) { return static_cast<std::int64_t>(seconds / seconds_per_pts); };
    const auto next_change = [&](std::int64_t after) { return std::ranges::upper_bound(changes, after); };
    std::vector<PtsSpan> spans;
    for (const PersonLook& look : track.looks) {
        const bool joined = !spans.empty() && look.pts - spans.back().last <= pts(kVouchedBetween_s) && next_change(spans.back().last) == next_change(look.pts);
        if (!joined) spans.push_back({look.pts, look.pts});
        spans.back().last = look.pts;
    }
    for (PtsSpan& span : spans) {
        const auto next = next_change(span.last), begun = next_change(span.first);
        span = {span.first - pts(kVouchedBeyond_s), span.last + pts(kVouchedBeyond_s)};
        if (next != changes.end()) span.last = std::min(span.last, *next - 1);
        if (begun != changes.begin()) span.first = std::max(span.first, *(begun - 1));
    }
    return spans;
}

std::vector<TrackVerdict> choose_by_photos(const std::vector<TrackLooks>& tracks, const std::vector<PersonOfTrack>& persons,
                                           const std::vector<PersonPhoto>& photos, const Apart& apart) {
    Choice choice(tracks, persons, photos);
    choice.hide_rivals(apart);
    return choice.take();
}

}  // namespace invisiblur
