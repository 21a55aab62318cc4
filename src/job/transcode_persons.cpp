#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "job/record/side_files.hpp"
#include "job/transcode_job.hpp"
#include "track/track_choice.hpp"
#include "track/track_ids.hpp"
#include "track/track_kinds.hpp"
#include "track/track_recorder.hpp"

// Whose faces a job's tracks are, and which of them stay visible: what is left is no track any more when the pictures are made.

namespace invisiblur::av {
namespace {

/// A stretch of a track in which it stays visible all the time, or is hidden all the time.
struct Stretch {
    bool stays = false;
    Track track;
};

/// The boxes of a track within a part of it. In: id, the part's own number.
Track cut_to(const Track& track, const PtsSpan& part, int id) {
    Track cut{id, {}, id == track.id ? track.extra : "", track.person, track.kind};
    std::ranges::copy_if(track.boxes, std::back_inserter(cut.boxes), [&](const TrackBox& box) { return box.pts >= part.first && box.pts <= part.last; });
    return cut;
}

/// Takes a track that stays visible apart where no look vouches for it. The first stretch that stays keeps the number, the others get new ones.
std::vector<Stretch> split(const Track& track, const std::vector<PtsSpan>& vouched, int& next_number) {
    std::vector<Stretch> stretches;
    bool named = false;
    for (const TrackBox& box : track.boxes) {
        const bool stays = std::ranges::any_of(vouched, [&](const PtsSpan& span) { return box.pts >= span.first && box.pts <= span.last; });
        if (stretches.empty() || stretches.back().stays != stays) {
            const bool keeps_number = stays && !named;
            named |= stays;
            stretches.push_back({stays, {keeps_number ? track.id : next_number++, {}, keeps_number ? track.extra : "", stays ? track.person : 0, track.kind}});
        }
        stretches.back().track.boxes.push_back(box);
    }
    return stretches;
}

/// Lists a track for a person to look at.
void doubt(StreamReport& stream, const Track& track, const std::string& why, double distance) {
    const TracksSource& source = stream.tracks.source;
    const double unit_s = static_cast<double>(source.time_base_num) / static_cast<double>(source.time_base_den);
    const TrackBox &first = track.boxes.front(), &last = track.boxes.back();
    stream.doubtful.push_back({track.id, static_cast<double>(first.pts) * unit_s, static_cast<double>(last.pts) * unit_s, why, first.box, {}});
    if (distance >= 0) stream.doubtful.back().distance = distance;
}

/// The analysis without the tracks that stay visible.
std::shared_ptr<const Analysis> without_left(const Analysis& analysis, const Tracks& hidden) {
    auto own = std::make_shared<Analysis>(analysis);
    own->tracks = spilled_copy(hidden);
    return own;
}

/// Notes a track of a person.
void add_to_person(std::map<int, PersonReport>& persons, const Track& track, const FoundPerson& found, bool left) {
    if (track.person == 0) return;
    const auto [place, is_new] = persons.try_emplace(track.person);
    PersonReport& report = place->second;
    report.person = track.person;
    report.confidence = found.who.confidence;
    report.tracks.push_back(track.id);
    report.left = (is_new || report.left) && left;
    if (found.verdict.distance >= 0) report.distance = std::min(report.distance.value_or(found.verdict.distance), found.verdict.distance);
}

}  // namespace

/// Models and photos, before hours of work.
void Transcoding::prepare_persons() {
    if (looks_for_persons(job_.options)) persons_ = std::make_unique<PersonFinder>(job_.options, progress_.cancel);
}

/// Between the passes: all tracks are known, and nothing is made yet.
void Transcoding::find_persons() {
    if (!persons_) return;
    Reader reader(film(), job_.options, progress_.cancel, Reader::Streams::video_only, Reader::Coded::no, sizes());
    std::int64_t total = 0;
    for (const auto& analysis : analyses_) total += analysis->frames;
    meter_.begin_pass(pass(1) + 1, total);
    const auto found = persons_->find(reader, analyses_, meter_);
    meter_.end_pass();
    persons_.reset();  // with what identifies the persons of the photos
    for (std::size_t i = 0; i < analyses_.size(); ++i) sort_out(i, found[i]);
}

/// Takes the tracks of one stream apart: hidden and left. Of a track in parts the first keeps the number, the others get new ones.
void Transcoding::sort_out(std::size_t video, const std::vector<FoundPerson>& found) {
    StreamReport& stream = report_.streams[video];
    const Tracks& all = analyses_[video]->tracks;
    int next_number = highest_id(all) + 1;
    Tracks hidden{all.source, {}, all.extra}, left{all.source, {}, all.extra};
    std::map<int, PersonReport> persons;
    // What --follow names is hidden whoever stays, and so is text.
    std::set<int> followed;
    if (video < given_.size() && given_[video].besides)
        for (const Track& track : given_[video].besides->tracks) followed.insert(track.id);
    for (std::size_t i = 0; i < found.size(); ++i) {
        const Track& whole = all.tracks[found[i].track];
        const bool first_part = i == 0 || found[i - 1].track != found[i].track;
        if (followed.contains(whole.id) || is_text(whole)) {
            if (first_part) hidden.tracks.push_back(whole);
            continue;
        }
        const TrackVerdict& verdict = found[i].verdict;
        Track track = cut_to(whole, found[i].part, first_part ? whole.id : next_number++);
        if (track.boxes.empty()) continue;
        track.person = found[i].who.person;
        if (!verdict.doubt.empty()) doubt(stream, track, verdict.doubt, verdict.distance);
        const bool unsure = verdict.doubt.empty() && track.person == 0 && !found[i].vouched.empty();
        if (unsure) doubt(stream, track, "looks at this face do not agree whose it is", verdict.distance);
        if (!verdict.left) {
            add_to_person(persons, track, found[i], false);
            hidden.tracks.push_back(std::move(track));
            continue;
        }
        for (Stretch& stretch : split(track, found[i].vouched, next_number)) {
            add_to_person(persons, stretch.track, found[i], stretch.stays);
            if (!stretch.stays) doubt(stream, stretch.track, "no good look says that this is still the same person: hidden in doubt", verdict.distance);
            (stretch.stays ? left : hidden).tracks.push_back(std::move(stretch.track));
        }
    }
    for (auto& [number, report] : persons) stream.persons.push_back(std::move(report));
    stream.left = spilled_copy(left);
    analyses_[video] = without_left(*analyses_[video], hidden);
}

/// What a stream's options are once its tracks file is known.
Options Transcoding::options_of_stream(std::size_t video) const {
    Options options = job_.options;
    if (options.tracks.empty()) return options;
    options.tracks = tracks_path(options.tracks, video);
    if (options.only_persons.empty() && options.except_persons.empty()) return options;
    for (const Track& track : read_tracks_file(options.tracks).tracks)
        if (stays_visible(options, track)) options.except_tracks.push_back(track.id);
    return options;
}

/// What is said of tracks that were given is kept, and the report names their persons; what they say is taken as said.
void Transcoding::note_given_persons(std::size_t video) {
    const Options& o = job_.options;
    StreamReport& stream = report_.streams[video];
    if (o.tracks.empty()) return;
    const Tracks given = read_tracks_file(tracks_path(o.tracks, video));
    for (Track& track : stream.tracks.tracks) keep_fields(track, &given);
    if (looks_for_persons_) return;
    std::map<int, PersonReport> persons;
    for (const Track& track : given.tracks) {
        const bool left = stays_visible(o, track);
        if (left) stream.left.tracks.push_back(track);
        if (track.person == 0) continue;
        PersonReport& report = persons[track.person];
        report.left = (report.tracks.empty() || report.left) && left;
        report.person = track.person;
        report.confidence = 1;
        report.tracks.push_back(track.id);
    }
    for (auto& [number, report] : persons) stream.persons.push_back(std::move(report));
    stream.left.source = stream.tracks.source;
}

}  // namespace invisiblur::av
