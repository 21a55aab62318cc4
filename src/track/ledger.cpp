#include "track/ledger.hpp"

#include <utility>

namespace invisiblur {

void Ledger::add(std::int64_t pts, std::vector<TrackedFace> faces) {
    frames_.push_back({pts, std::move(faces)});
}

void Ledger::forget_before(std::int64_t frame) {
    while (begin_ < frame && !frames_.empty()) {
        frames_.pop_front();
        ++begin_;
    }
}

std::vector<Track> Ledger::tracks() const {
    std::map<int, Track> by_id;
    for (const Frame& frame : frames_) {
        for (const TrackedFace& face : frame.faces) {
            Track& track = by_id[face.track];
            track.id = face.track;
            track.boxes.push_back(face.box);
        }
    }
    std::vector<Track> all;
    for (auto& [id, track] : by_id) all.push_back(std::move(track));
    return all;
}

}  // namespace invisiblur
