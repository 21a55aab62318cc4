#include "persons/person_looks.hpp"

namespace invisiblur {

PersonLooks::PersonLooks(const Tracks& tracks, std::size_t video, int rotation_degrees, const FaceAligner& aligner, FaceDescriber& describer)
    : plan_(tracks), rotation_degrees_(rotation_degrees), aligner_(aligner), describer_(describer), best_(tracks.tracks.size()) {
    for (const Track& track : tracks.tracks)
        looks_.push_back({video, track.id, track.boxes.empty() ? 0 : track.boxes.front().pts, track.boxes.empty() ? 0 : track.boxes.back().pts, {}});
}

void PersonLooks::look(const Picture& picture) {
    const std::vector<PlannedLook>& wanted = plan_.at(picture.pts());
    if (wanted.empty()) return;
    const RgbImage rgb = picture.scaled_rgb(picture.view().width, picture.view().height);
    for (const PlannedLook& planned : wanted) {
        std::optional<FaceChip>& best = best_[planned.track];
        std::optional<FaceChip> chip = aligner_.cut_out(rgb.view(), planned.box, rotation_degrees_);
        if (chip && chip->is_good() && (!best || chip->quality() > best->quality())) best = std::move(chip);
        if (!planned.last || !best) continue;
        looks_[planned.track].looks.push_back(describer_.describe(best->pixels.view()));
        best.reset();
    }
}

}  // namespace invisiblur
