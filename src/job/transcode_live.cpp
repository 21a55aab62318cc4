#include <fmt/format.h>

#include "job/live/live_pass.hpp"
#include "job/transcode_job.hpp"
#include "media/libav/live_address.hpp"

// How a job works on a source that goes on while it is worked on.

namespace invisiblur::av {

bool Transcoding::is_live_job() const {
    return is_live(job_.input, job_.options) && !job_.options.analyse_only;
}

void Transcoding::check_live() const {
    const Options& o = job_.options;
    if (rereadable_ && (o.delay_s > 0 || o.on_late != "auto"))
        throw std::invalid_argument(fmt::format("--delay and --on-late are for sources that cannot wait, and {} is a file: leave them out", job_.input));
    if (o.on_late != "auto" && !is_live(job_.input, o))
        throw std::invalid_argument(fmt::format("--on-late needs to know when {} is late: add --delay SECONDS", job_.input));
    if (o.verify && takes_live(job_.output))
        throw std::invalid_argument(fmt::format("--verify reads the result again, which {} does not allow: give -o a file", job_.output));
}

void Transcoding::live_pass() {
    const LiveRule rule = live_rule(job_.options);
    LiveSource source(job_.input, job_.options, rule.delay_s, progress_.cancel, [this](const std::string& s) { progress_.warn(s); });
    Reader& reader = source.reader();
    describe_streams(reader);
    prepare_output(reader);
    std::vector<Options> options = options_per_stream(reader);
    for (std::size_t i = 0; i < options.size(); ++i) options[i] = live_options(options[i], rule, reader.videos()[i].shape.frame_rate);
    const auto stages = make_stages(reader, options);
    const auto sink = make_sink(reader);
    meter_.begin_pass(pass_that_writes(), 0);
    const LiveTally tally = render_live(source, stages, options, rule, *sink, meter_);
    progress_.cancel = false;  // to stop is how it ends: the result is made whole
    note_rendered(tally.streams, stages);
    if (const SentRecord* sent = sink->sent()) read_again(*sent, !reader.damage().empty());
    note_damage(reader);
    note_live(tally);
}

/// "live: 0.62 s behind, 0.98 s at most; of 300 frames 12 were left out, and 3 pictures are blank: …"
void Transcoding::note_live(const LiveTally& tally) {
    std::string sentence = fmt::format("live: {:.2f} s behind on average, {:.2f} s at most", tally.mean_delay_s, tally.most_delay_s);
    if (tally.left_out > 0 || tally.blank > 0)
        sentence += fmt::format("; of {} frames {} were left out, and {} pictures are blank: a smaller picture, fewer frames a second or a longer --delay keep more",
                                tally.frames, tally.left_out, tally.blank);
    warn(sentence);
}

}  // namespace invisiblur::av
