#include "persons/person_looks.hpp"

#include <algorithm>

namespace invisiblur {

PersonLooks::PersonLooks(const Tracks& tracks, std::size_t video, int rotation_degrees, const FaceAligner& aligner, FaceDescriber& describer)
    : plan_(tracks), rotation_degrees_(rotation_degrees), aligner_(aligner), describer_(describer), best_(tracks.tracks.size()) {
    for (const Track& track : tracks.tracks)
        looks_.push_back({video, track.id, track.boxes.empty() ? 0 : track.boxes.front().pts, track.boxes.empty() ? 0 : track.boxes.back().pts, {}, looks_.size()});
}

void PersonLooks::look(const Picture& picture) {
    const std::vector<PlannedLook>& wanted = plan_.at(picture.pts());
    if (wanted.empty()) return;
    const RgbImage rgb = picture.scaled_rgb(picture.view().width, picture.view().height);
    for (const PlannedLook& planned : wanted) {
        std::vector<Best>& stretches = best_[planned.track];
        if (stretches.size() <= planned.stretch) stretches.resize(planned.stretch + 1);
        Best& best = stretches[planned.stretch];
        std::optional<FaceChip> chip = aligner_.cut_out(rgb.view(), planned.box, rotation_degrees_);
        if (chip && chip->is_good() && (!best.chip || chip->quality() > best.chip->quality())) best = {picture.pts(), std::move(chip)};
        if (!planned.last || !best.chip) continue;
        looks_[planned.track].looks.push_back({best.pts, describer_.describe(best.chip->pixels.view())});
        best.chip.reset();
    }
}

std::vector<TrackLooks> PersonLooks::finish() {
    for (TrackLooks& track : looks_) std::ranges::stable_sort(track.looks, {}, &PersonLook::pts);
    return std::move(looks_);
}

}  // namespace invisiblur
