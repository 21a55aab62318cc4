#include "pipeline/analysed_stage.hpp"

extern "C" {
#include <libavutil/mathematics.h>
}

#include <stdexcept>

#include "options/analysis_options.hpp"
#include "pipeline/analysis_file.hpp"

namespace invisiblur {
namespace {

class AnalysedStage : public FaceStage {
public:
    AnalysedStage(const Options& options, const StreamShape& shape, std::shared_ptr<const Analysis> analysis)
        : options_(options), shape_(shape), analysis_(std::move(analysis)) {}

    void push(PicturePtr picture) override {
        if (!inner_) start(picture->pts());
        const auto frame = static_cast<std::size_t>(next_);
        if (next_ == analysis_->frames || analysis_->frame_pts[frame] != picture->pts() || !analysis_->is_like(picture->view()))
            throw std::runtime_error("frame " + std::to_string(next_) + " is not the one that " + options_.analysis.front() +
                                     " was made of: give all frames of that video, from the first on, with their times, size and format");
        ++next_;
        inner_->push(std::move(picture));
    }

    void finish() override {
        // Its clock alone does not tell a video that was cut at the front.
        if (next_ < analysis_->frames)
            throw std::runtime_error(std::to_string(next_) + " frames came, and " + options_.analysis.front() + " is of " + std::to_string(analysis_->frames) +
                                     ": what was written may show faces, throw it away, and give all frames of that video");
        if (inner_) inner_->finish();
    }

    std::optional<FrameRecord> pop() override { return inner_ ? inner_->pop() : std::nullopt; }
    Tracks tracks() const override { return analysis_->tracks; }

private:
    /// Moves all times to the clock of the frames that come.
    void start(std::int64_t first_pts) {
        auto moved = std::make_shared<Analysis>(*analysis_);
        TracksSource& source = moved->tracks.source;
        const AVRational from{static_cast<int>(source.time_base_num), static_cast<int>(source.time_base_den)};
        const AVRational to{static_cast<int>(shape_.time_base_num), static_cast<int>(shape_.time_base_den)};
        const std::int64_t begin = moved->frame_pts.empty() ? 0 : moved->frame_pts.front();
        const auto here = [&](std::int64_t pts) { return av_rescale_q(pts - begin, from, to) + first_pts; };
        for (std::int64_t& pts : moved->frame_pts) pts = here(pts);
        for (Track& track : moved->tracks.tracks) {
            for (TrackBox& box : track.boxes) box.pts = here(box.pts);
        }
        source.time_base_num = shape_.time_base_num, source.time_base_den = shape_.time_base_den;
        analysis_ = std::move(moved);
        inner_ = make_given_stage(options_, shape_, analysis_);
    }

    Options options_;
    StreamShape shape_;
    std::shared_ptr<const Analysis> analysis_;
    std::unique_ptr<FaceStage> inner_;
    std::int64_t next_ = 0;
};

}  // namespace

std::unique_ptr<FaceStage> make_analysed_stage(const Options& options, const StreamShape& shape) {
    if (options.analysis.size() != 1) throw std::invalid_argument("analysis: give the one file of the whole video");
    const std::string& path = options.analysis.front();
    if (!is_analysis_file(path))
        throw std::invalid_argument("analysis: " + path + " is no file that invis-transcode --save-analysis wrote of a whole video, or cannot be read");
    const auto analyses = load_analyses(path, {"", analysis_options(options)});
    if (analyses.size() != 1) throw std::invalid_argument("analysis: " + path + " is of a file with " + std::to_string(analyses.size()) + " videos: analyse the one alone");
    const TracksSource& source = analyses.front()->tracks.source;
    if (source.width != shape.width || source.height != shape.height || source.time_base_num <= 0 || source.time_base_den <= 0)
        throw std::invalid_argument("analysis: " + path + " is of pictures of " + std::to_string(source.width) + "x" + std::to_string(source.height) + ", and these have " +
                                    std::to_string(shape.width) + "x" + std::to_string(shape.height));
    return std::make_unique<AnalysedStage>(options, shape, analyses.front());
}

}  // namespace invisiblur
