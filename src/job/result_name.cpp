#include "job/result_name.hpp"

#include <filesystem>
#include <string_view>

#include "media/read/input.hpp"
#include "media/write/container.hpp"
#include "media/write/encoder_table.hpp"
#include "media/write/stand_in.hpp"

namespace invisiblur::av {
namespace {

bool can_be_written(const AVFormatContext& source, const AVOutputFormat* container) {
    if (!container) return false;
    const bool picture = container->flags & AVFMT_NOFILE;  // written through image2pipe
    if (picture && std::string_view(container->name) != "image2") return false;
    for (unsigned i = 0; i < source.nb_streams; ++i) {
        const AVCodecParameters& par = *source.streams[i]->codecpar;
        if (par.codec_type != AVMEDIA_TYPE_VIDEO || has_encoder(par.codec_id)) continue;
        if (!stand_in(par.codec_id, *container)) return false;
    }
    return true;
}

}  // namespace

std::string result_name(const TranscodeJob& job, const std::atomic<bool>& cancel) {
    namespace fs = std::filesystem;
    const Options& o = job.options;
    const fs::path input = job.input, output = job.output;
    const bool own_kind = !job.output.empty() && job.output != "-" && output.extension() == input.extension();
    if (!own_kind || !o.format.empty() || !o.video_codec.empty() || o.hash || o.analyse_only || !is_regular_file(job.input)) return job.output;
    const AVOutputFormat* planned = av_guess_format(nullptr, output.filename().c_str(), nullptr);
    if (planned && std::string_view(planned->name) == "webp") return job.output;  // libav cannot read one that moves
    if (planned && stand_in(AV_CODEC_ID_NONE, *planned)) return job.output;  // any codec finds its place there
    try {
        const Input source(job.input, o, cancel);
        if (can_be_written(source.context(), find_container(job.output, o, source.context()))) return job.output;
    } catch (const std::exception&) {
        return job.output;
    }
    return fs::path(output).replace_extension(".mkv").string();
}

}  // namespace invisiblur::av
