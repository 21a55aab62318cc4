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
    for (PersonLooks& looker : lookers)
        for (const TrackLooks& track : looker.finish()) std::ranges::move(parts_of(track, changes_[track.video]), std::back_inserter(tracks));
    return tracks;
}

std::vector<std::vector<FoundPerson>> PersonFinder::find(Reader& reader, const std::vector<std::shared_ptr<const Analysis>>& analyses,
                                                         ProgressMeter& meter) {
    const std::vector<TrackLooks> tracks = look(reader, analyses, meter);
    const Apart apart = [&](std::size_t i, std::size_t j) {
        const TrackLooks &a = tracks[i], &b = tracks[j];
        const std::size_t video = a.video;
        if (video != b.video) return false;
        const auto& all = analyses[video]->tracks.tracks;
        return are_apart(all[a.place], all[b.place], {std::max(a.first_pts, b.first_pts), std::min(a.last_pts, b.last_pts)});
    };
    const std::vector<PersonOfTrack> persons = group_into_persons(tracks, apart);
    std::vector<TrackVerdict> verdicts(tracks.size());
    if (!photos_.empty()) verdicts = choose_by_photos(tracks, persons, photos_, apart);
    std::vector<std::vector<FoundPerson>> found(analyses.size());
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        const StreamShape& shape = reader.videos()[tracks[i].video].shape;
        const double unit_s = static_cast<double>(shape.time_base_num) / static_cast<double>(shape.time_base_den);
        found[tracks[i].video].push_back({tracks[i].place, {tracks[i].first_pts, tracks[i].last_pts}, persons[i], verdicts[i], vouched_spans(tracks[i], unit_s, changes_[tracks[i].video])});
    }
    return found;
}

}  // namespace invisiblur::av
