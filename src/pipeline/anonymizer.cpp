#include "invisiblur/anonymizer.hpp"

extern "C" {
#include <libavutil/frame.h>
}

#include <deque>
#include <stdexcept>
#include <string>

#include "erase/compositor.hpp"
#include "pipeline/erased_frame.hpp"
#include "pipeline/face_stage.hpp"
#include "pipeline/frame_picture.hpp"
#include "track/track_choice.hpp"

namespace invisiblur {

void FrameDeleter::operator()(AVFrame* frame) const noexcept {
    av_frame_free(&frame);
}

struct Anonymizer::Parts {
    StreamShape shape;
    std::unique_ptr<FaceStage> faces;
    Compositor eraser;
    std::shared_ptr<const Regions> regions;  ///< of the frames to come, where they were changed
    std::deque<FramePtr> ready;  ///< without faces, not yet received
    bool failed = false;
    bool finished = false;
    bool started = false;
    bool detects_only = false;

    Parts(const Options& options, const StreamShape& stream, std::unique_ptr<FaceStage> stage)
        : shape(stream), faces(std::move(stage)), eraser(options, stream) {}

    void check_size(const AVFrame& frame) const {
        if (frame.width == shape.width && frame.height == shape.height) return;
        throw std::invalid_argument("the frame has " + std::to_string(frame.width) + "x" + std::to_string(frame.height) + " pixels where the stream has " +
                                    std::to_string(shape.width) + "x" + std::to_string(shape.height) + "; start anew with the new size");
    }

    std::optional<FramePtr> next() {
        std::optional<FrameRecord> frame = faces->pop();
        if (!frame) return std::nullopt;
        if (detects_only) return av::marked_frame(*frame);
        return av::erased_frame(eraser, std::move(*frame));
    }

    /// After an error nothing may leave any more.
    template <class Function>
    auto guarded(Function function) {
        if (failed) throw std::logic_error("the anonymiser failed before; open a new one");
        try {
            return function();
        } catch (...) {
            failed = true;
            throw;
        }
    }
};

Anonymizer::Anonymizer(const Options& options, const StreamShape& shape)
    : parts_(std::make_unique<Parts>(options, shape, make_live_stage(options, shape))) {
    if (!options.only_tracks.empty() || !options.except_tracks.empty()) check_chosen_tracks(options, read_tracks_file(options.tracks));
}

Anonymizer::Anonymizer(const Options& options, const StreamShape& shape, std::shared_ptr<const Analysis> analysis)
    : parts_(std::make_unique<Parts>(options, shape, make_given_stage(options, shape, std::move(analysis)))) {}

Anonymizer::~Anonymizer() = default;

void Anonymizer::send(FramePtr frame) {
    parts_->guarded([&] {
        if (parts_->finished) throw std::logic_error("a frame was sent after finish(); open a new anonymiser");
        parts_->started = true;
        parts_->check_size(*frame);
        parts_->faces->push(std::make_shared<av::FramePicture>(std::move(frame), parts_->regions));
        // now, not in receive(): what is learned later must not change a frame only because its caller fetches it late
        while (auto next = parts_->next()) parts_->ready.push_back(std::move(*next));
    });
}

std::optional<FramePtr> Anonymizer::receive() {
    return parts_->guarded([&]() -> std::optional<FramePtr> {
        if (parts_->ready.empty()) return parts_->next();
        FramePtr frame = std::move(parts_->ready.front());
        parts_->ready.pop_front();
        return frame;
    });
}

void Anonymizer::set_regions(Regions regions) {
    parts_->regions = std::make_shared<const Regions>(std::move(regions));
}

void Anonymizer::detect_only() {
    parts_->guarded([&] {
        if (parts_->started) throw std::logic_error("detect_only() comes before the first frame; open a new anonymiser");
        parts_->detects_only = true;
    });
}

void Anonymizer::finish() {
    parts_->guarded([&] {
        parts_->finished = true;
        parts_->faces->finish();
    });
}

Tracks Anonymizer::tracks() const {
    return parts_->faces->tracks();
}

}  // namespace invisiblur
