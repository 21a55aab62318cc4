#include "invisiblur/transcode.hpp"

#include <filesystem>

#include "job/result_name.hpp"
#include "job/transcode_job.hpp"
#include "media/libav/protocols.hpp"

namespace invisiblur {
namespace {

/// "matroska" -> ".mkv"; the source's own where the container is not named.
std::string extension_for(const std::filesystem::path& input, const Options& options) {
    const AVOutputFormat* container = options.format.empty() ? nullptr : av_guess_format(options.format.c_str(), nullptr, nullptr);
    if (!container || !container->extensions) return input.extension().string();
    const std::string list = container->extensions;
    return "." + list.substr(0, list.find(','));
}

}  // namespace

std::string default_output(const std::string& input, const Options& options) {
    if (input == "-") return "-";
    // What follows '?' or '#' is a server's, and no name.
    const std::filesystem::path path =
        av::is_url(input) ? std::filesystem::path(input.substr(0, input.find_first_of("?#"))).filename() : std::filesystem::path(input);
    const std::string name = path.stem().string() + "_invisible" + extension_for(path, options);
    std::error_code ignored;
    const bool folder = !options.output.empty() && std::filesystem::is_directory(options.output, ignored);
    return ((folder ? std::filesystem::path(options.output) : path.parent_path()) / name).string();
}

TranscodeJob settled(const TranscodeJob& job, const std::atomic<bool>& cancel) {
    TranscodeJob same = job;
    same.output = av::result_name(job, cancel);
    return same;
}

Report transcode(const TranscodeJob& job, Progress& progress, std::ostream* hashes) {
    if (job.options.detector == "sidedata" && job.options.vf.empty())
        throw std::invalid_argument("--detector sidedata takes the boxes that a filter finds: add --vf with that filter");
    return av::Transcoding(settled(job, progress.cancel), progress, hashes).run();
}

}  // namespace invisiblur
