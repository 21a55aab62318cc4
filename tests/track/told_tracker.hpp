#pragma once
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "support/pictures.hpp"
#include "track/tracker.hpp"

namespace invisiblur::test {

/// What is known of a frame before tracking.
struct Observation {
    std::int64_t pts = 0;
    std::shared_ptr<const GrayImage> luma;
    std::optional<std::vector<Face>> faces;
    bool cut = false;
    std::optional<std::vector<Face>> texts = {};
    int mixed = 0;  ///< FrameRecord::mixed_before, at a cut
};

/// A tracker with a window of its own that is told what was observed, without pictures.
class ToldTracker {
public:
    explicit ToldTracker(const TrackerSettings& settings) : frames_(std::make_unique<FrameWindow>()), tracker_(settings, *frames_) {}

    void push(Observation now) {
        FrameRecord& record = frames_->push(std::make_shared<TestPicture>(layout_named("gray"), 2, 2, now.pts));
        record.luma = std::move(now.luma);
        record.detections = std::move(now.faces);
        record.texts = std::move(now.texts);
        frames_->note_shot(now.cut ? std::optional(now.mixed) : std::nullopt);
        tracker_.push();
    }

    void take_texts(const std::vector<Face>& texts) { tracker_.take_texts(texts); }
    void finish() { tracker_.finish(); }
    std::int64_t final_end() const { return tracker_.final_end(); }
    std::vector<Box> predicted() const { return tracker_.predicted(); }
    std::vector<Box> predicted_faces() const { return tracker_.predicted_faces(); }
    std::vector<Box> only_glanced() const { return tracker_.only_glanced(); }
    const std::vector<Tracker::Doubt>& doubts() const { return tracker_.doubts(); }
    void note_doubts_up_to(std::size_t most) { tracker_.note_doubts_up_to(most); }
    std::int64_t tracked_from() const { return tracker_.tracked_from(); }
    void forget_before(std::int64_t frame) { frames_->forget_before(frame); }

    /// As known now; final where frame < final_end().
    std::vector<TrackedFace> faces(std::int64_t frame) const {
        tracker_.believe((*frames_)[frame]);
        return (*frames_)[frame].faces;
    }

    /// Of the frames that are final and in the window.
    std::vector<Track> tracks() const {
        std::map<int, Track> by_id;
        for (std::int64_t frame = frames_->begin(); frame < final_end(); ++frame) {
            for (const TrackedFace& face : (*frames_)[frame].faces) {
                by_id[face.track].id = face.track;
                by_id[face.track].boxes.push_back(face.box);
            }
        }
        std::vector<Track> all;
        for (auto& [id, track] : by_id) all.push_back(std::move(track));
        return all;
    }

private:
    std::unique_ptr<FrameWindow> frames_;
    Tracker tracker_;
};

}  // namespace invisiblur::test
