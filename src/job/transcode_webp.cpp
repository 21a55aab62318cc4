#include "job/still_pass.hpp"
#include "job/transcode_job.hpp"
#include "job/webp_sink.hpp"
#include "media/libav/metadata.hpp"
#include "media/write/filtering_sink.hpp"
#include "media/write/picture_sink.hpp"

// How a job writes an animated WebP.

namespace invisiblur::av {

/// What is asked of encoders and of parts of files says nothing to a WebP.
void Transcoding::check_webp_options() const {
    const Options& o = job_.options;
    if (!o.segment.empty() || !o.join.empty() || o.copy_unchanged)
        throw std::invalid_argument("an animated WebP is done as a whole: leave --segment, --join and --copy-unchanged out, or name a video as the output");
    if (!o.video_codec.empty() || !o.encoder_options.empty())
        throw std::invalid_argument("an animated WebP has a codec of its own: leave -c:v and --encoder-opt out, or name a video as the output");
}

bool Transcoding::writes_webp() const {
    return writes_file() && unpacked_ && unpacked_->is_webp() && job_.options.format.empty() && still::fits_name(still::Kind::webp, job_.output) && job_.output != "-";
}

std::unique_ptr<FrameSink> Transcoding::make_webp_sink(const Reader& reader) {
    const Options& o = job_.options;
    const still::Policy policy{job_.input, drops(o, "metadata"), drops(o, "gps"), o.max_pixels, [this](const std::string& s) { warn(s); }};
    still::Bytes source = read_still(job_.input);
    still::WebpForm form = still::webp_form_of(source, policy);
    const bool filtered = !o.vf.empty() || !o.vf_after.empty();
    if (filtered) form.durations_ms.clear();
    if (filtered || form.took_out || policy.drop_metadata || policy.drop_gps) source.clear();
    const std::vector<VideoStream> after = after_filters(reader.videos(), o);
    report_.streams[0].codec_in = report_.streams[0].codec_out = "webp";
    auto sink = std::make_unique<WebpSink>(*file_, std::move(form), o.vf_after.empty() ? reader.videos()[0].time_base : after[0].time_base, std::move(source));
    if (progress_.wants_pictures()) return std::make_unique<PictureSink>(std::move(sink), progress_);
    return sink;
}

}  // namespace invisiblur::av
