#pragma once
#include <memory>
#include <vector>

#include "job/live/live_source.hpp"
#include "job/progress_meter.hpp"
#include "job/render_pass.hpp"
#include "media/write/frame_sink.hpp"
#include "pipeline/face_stage.hpp"

namespace invisiblur::av {

/// How late a live job's frames may be, and what becomes of those that are later.
/// Units: seconds.
struct LiveRule {
    double delay_s = 1;
    bool blanks = true;  ///< they go out blank; else they come when they are done
};

/// By options.delay_s and options.on_late.
LiveRule live_rule(const Options& options);

/// The options of a live stage: its look-ahead fits into the part of the delay that is not kept for work.
Options live_options(Options options, const LiveRule& rule, double frame_rate);

/// What a live job counted.
struct LiveTally {
    std::vector<RenderedStream> streams;
    std::int64_t frames = 0;    ///< that came
    std::int64_t left_out = 0;  ///< of them, evenly, or because their time had gone by
    std::int64_t blank = 0;     ///< pictures, of frames that were late and of times at which none came
    double mean_delay_s = 0;    ///< from a frame's coming to its going out
    double most_delay_s = 0;
};

/// As render(), of a live source: a frame goes out a delay after it came at the latest, as a picture without faces or blank. Where the machine cannot
/// keep up, frames are left out before anything is looked for in them.
/// Errors: as render(); a job that is told to stop ends as when the source does.
LiveTally render_live(LiveSource& source, const std::vector<std::unique_ptr<FaceStage>>& stages, const std::vector<Options>& options, const LiveRule& rule,
                      FrameSink& sink, ProgressMeter& meter);

}  // namespace invisiblur::av
