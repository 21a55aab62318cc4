#include "invisiblur/anonymizer.hpp"

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/log.h>
}

#include <deque>
#include <stdexcept>
#include <string>

#include "detect/engine_note.hpp"
#include "pipeline/analysed_stage.hpp"
#include "pipeline/erased_frame.hpp"
#include "pipeline/frame_picture.hpp"
#include "pipeline/pipeline.hpp"
#include "track/track_choice.hpp"

namespace invisiblur {

void FrameDeleter::operator()(AVFrame* frame) const noexcept {
    av_frame_free(&frame);
}

struct Anonymizer::Parts {
    StreamShape shape;
    std::unique_ptr<FaceStage> stage;
    ThreadPool pool;
    Pipeline pipeline;
    std::shared_ptr<const Regions> regions;  ///< of the frames to come, where they were changed
    std::deque<std::future<FramePtr>> leaving;  ///< all is known of them; they are being erased, or are not yet received
    bool failed = false;
    bool finished = false;
    bool started = false;
    bool detects_only = false;

    // Without look-ahead frames come and go one by one: there is nothing to do side by side.
    Parts(const Options& options, const StreamShape& stream, std::unique_ptr<FaceStage> faces)
        : shape(stream), stage(std::move(faces)), pool(options.lookahead_frames > 0 ? thread_count(options.threads) : 1),
          pipeline(options, stream, *stage, pool) {}

    void check_size(const AVFrame& frame) const {
        if (frame.width == shape.width && frame.height == shape.height) return;
        throw std::invalid_argument("the frame has " + std::to_string(frame.width) + "x" + std::to_string(frame.height) + " pixels where the stream has " +
                                    std::to_string(shape.width) + "x" + std::to_string(shape.height) + "; start anew with the new size");
    }

    /// Takes the next frame of which all is known.
    bool take_next() {
        if (detects_only) {
            std::optional<FrameRecord> record = stage->pop();
            if (record) leaving.push_back(pool.submit([record = std::move(*record)] { return av::marked_frame(record); }));
            return record.has_value();
        }
        std::optional<Pipeline::Frame> frame = pipeline.pop();
        if (frame) leaving.push_back(std::move(frame->frame));
        return frame.has_value();
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
    : parts_(std::make_unique<Parts>(options, shape, options.analysis.empty() ? make_live_stage(options, shape) : make_analysed_stage(options, shape))) {
    if (const std::string note = take_engine_note(); !note.empty()) av_log(nullptr, AV_LOG_WARNING, "invisiblur: %s\n", note.c_str());
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
        parts_->pipeline.push(std::make_shared<av::FramePicture>(std::move(frame), parts_->regions));
        // now, not in receive(): what is learned later must not change a frame only because its caller fetches it late
        while (parts_->take_next()) {
        }
    });
}

std::optional<FramePtr> Anonymizer::receive() {
    return parts_->guarded([&]() -> std::optional<FramePtr> {
        // At the end many frames become known at once; so many are begun as there are threads.
        while (parts_->leaving.size() <= parts_->pool.width() && parts_->take_next()) {
        }
        if (parts_->leaving.empty()) return std::nullopt;
        FramePtr frame = parts_->leaving.front().get();
        parts_->leaving.pop_front();
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
        parts_->pipeline.finish();
    });
}

Tracks Anonymizer::tracks() const {
    return parts_->stage->tracks();
}

}  // namespace invisiblur
