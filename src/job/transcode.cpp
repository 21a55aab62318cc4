#include "invisiblur/transcode.hpp"

#include <filesystem>
#include <sstream>

#include "job/result_name.hpp"
#include "job/transcode_job.hpp"
#include "media/libav/protocols.hpp"
#include "media/read/input.hpp"
#include "media/read/size_change.hpp"
#include "media/write/frame_sink.hpp"
#include "options/publish.hpp"

namespace invisiblur {
namespace {

/// "matroska" -> ".mkv"; the source's own where the container is not named.
std::string extension_for(const std::filesystem::path& input, const Options& options) {
    const AVOutputFormat* container = options.format.empty() ? nullptr : av_guess_format(options.format.c_str(), nullptr, nullptr);
    if (!container || !container->extensions) return input.extension().string();
    const std::string list = container->extensions;
    return "." + list.substr(0, list.find(','));
}

/// "640x360" of "0:640x360", and "1:640x360" as "640x360 (stream 1)" where there are several.
std::string named_sizes(const std::string& sizes) {
    if (sizes.find(',') == std::string::npos) return sizes.substr(sizes.find(':') + 1);
    std::istringstream list(sizes);
    std::string text;
    for (std::string part; std::getline(list, part, ',');) {
        const auto colon = part.find(':');
        text += (text.empty() ? "" : ", ") + part.substr(colon + 1) + " (stream " + part.substr(0, colon) + ")";
    }
    return text;
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
    if (!same.settled) same.output = av::result_name(job, cancel);
    same.settled = true;
    return same;
}

Report transcode(const TranscodeJob& job, Progress& progress, std::ostream* hashes) {
    if (job.options.detector == "sidedata" && job.options.vf.empty())
        throw std::invalid_argument("--detector sidedata takes the boxes that a filter finds: add --vf with that filter");
    TranscodeJob own = settled(job, progress.cancel);
    apply_publish(own.options);
    // What was printed cannot be taken back when the job begins anew.
    std::ostringstream printed;
    const bool again = av::is_regular_file(job.input);
    std::ostream* const lines = hashes && again ? &printed : hashes;
    const auto run = [&] {
        Report report = av::Transcoding(own, progress, lines).run();
        if (lines == &printed && !(*hashes << printed.str()).flush()) av::throw_hashes_lost();
        return report;
    };
    try {
        return run();
    } catch (const av::SizeChange& change) {
        own.options.size = av::lasting_sizes(own.input, own.options, change.stream(), progress.cancel);
    }
    printed.str("");
    progress.warn(own.input + " changes its frame size: the result is " + named_sizes(own.options.size) + " throughout; --size chooses another");
    return run();
}

}  // namespace invisiblur
