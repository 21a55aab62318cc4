#include "job/person_finder.hpp"

#include <algorithm>

#include "job/person_photos.hpp"
#include "job/picture_feed.hpp"
#include "persons/person_looks.hpp"
#include "persons/scene_change.hpp"

namespace invisiblur::av {
PersonFinder::PersonFinder(const Options& options, const std::atomic<bool>& cancel)
    : cancel_(cancel), aligner_(options), describer_(options), photos_(read_person_photos(options, aligner_, describer_, cancel)) {}

/// Decodes in a thread of its own; frames that nobody wants to see are let go of there.
std::vector<TrackLooks> PersonFinder::look(Reader& reader, const std::vector<std::shared_ptr<const Analysis>>& analyses, ProgressMeter& meter) {
    std::vector<PersonLooks> lookers;
    for (std::size_t i = 0; i < analyses.size(); ++i)
        lookers.emplace_back(analyses[i]->tracks, i, reader.videos().at(i).shape.rotation_degrees, aligner_, describer_);
    std::vector<SceneChange> scenes(lookers.size());
    changes_.assign(lookers.size(), {});
    const auto wants = [&](std::size_t video, const PicturePtr& picture) {
        if (scenes[video].push(picture->view())) changes_[video].push_back(picture->pts());
        meter.count_frame(0);
        return lookers[video].wants(picture->pts());
    };
    feed_pictures(reader, cancel_, wants, [&](std::size_t video, const PicturePtr& picture) {
        lookers[video].look(*picture);
        return true;
    });
    std::vector<TrackLooks> tracks;
    for (PersonLooks& looker : lookers) std::ranges::move(looker.finish(), std::back_inserter(tracks));
    mark_scenes(tracks);
    return tracks;
}

/// Whose face a track is in a scene without a look, nobody knows.
void PersonFinder::mark_scenes(std::vector<TrackLooks>& tracks) const {
    for (TrackLooks& track : tracks) {
        const std::vector<std::int64_t>& changes = changes_[track.video];
        std::int64_t start = track.first_pts;
        for (auto next = std::ranges::upper_bound(changes, start); start <= track.last_pts; ++next) {
            const std::int64_t end = next == changes.end() ? track.last_pts + 1 : std::min(*next, track.last_pts + 1);
            track.whole &= std::ranges::any_of(track.looks, [&](const PersonLook& look) { return look.pts >= start && look.pts < end; });
            start = end;
            if (next == changes.end()) break;
        }
    }
}

std::vector<std::vector<FoundPerson>> PersonFinder::find(Reader& reader, const std::vector<std::shared_ptr<const Analysis>>& analyses,
                                                         ProgressMeter& meter) {
    const std::vector<TrackLooks> tracks = look(reader, analyses, meter);
    std::vector<const Track*> boxes;
    for (const auto& analysis : analyses)
        for (const Track& track : analysis->tracks.tracks) boxes.push_back(&track);
    const Apart apart = [&](std::size_t a, std::size_t b) { return tracks[a].video == tracks[b].video && are_apart(*boxes[a], *boxes[b]); };
    const std::vector<PersonOfTrack> persons = group_into_persons(tracks, apart);
    std::vector<TrackVerdict> verdicts(tracks.size());
    if (!photos_.empty()) verdicts = choose_by_photos(tracks, persons, photos_, apart);
    std::vector<std::vector<FoundPerson>> found(analyses.size());
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        const StreamShape& shape = reader.videos()[tracks[i].video].shape;
        const double unit_s = static_cast<double>(shape.time_base_num) / static_cast<double>(shape.time_base_den);
        found[tracks[i].video].push_back({persons[i], verdicts[i], vouched_spans(tracks[i], unit_s, changes_[tracks[i].video])});
    }
    return found;
}

}  // namespace invisiblur::av
