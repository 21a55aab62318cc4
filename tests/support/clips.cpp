#include "support/clips.hpp"

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "support/process.hpp"

namespace invisiblur::test {
namespace {

std::string ffprobe(const std::string& path, const std::vector<std::string>& what) {
    std::vector<std::string> argv = {"ffprobe", "-v", "error"};
    argv.insert(argv.end(), what.begin(), what.end());
    argv.insert(argv.end(), {"-of", "csv=p=0", path});
    return must_run(argv);
}

/// First fields of the lines; ffprobe adds empty ones for side data.
std::vector<std::string> first_fields(const std::string& text) {
    std::vector<std::string> fields;
    for (const std::string& line : split(text, '\n')) fields.push_back(line.substr(0, line.find(',')));
    return fields;
}

}  // namespace

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, at);)
        if (!part.empty()) parts.push_back(part);
    return parts;
}

void make_clip(const std::string& path, const std::string& arguments) {
    std::vector<std::string> argv = {"ffmpeg", "-v", "error", "-nostdin", "-y"};
    for (const std::string& argument : split(arguments, ' ')) argv.push_back(argument);
    argv.push_back(path);
    must_run(argv);
}

std::vector<std::int64_t> ffprobe_pts(const std::string& path, int video) {
    const std::string stream = "v:" + std::to_string(video);
    std::vector<std::int64_t> pts;
    for (const std::string& field : first_fields(
             ffprobe(path, {"-select_streams", stream, "-show_entries", "frame=best_effort_timestamp"})))
        pts.push_back(std::stoll(field));
    return pts;
}

std::vector<std::string> ffprobe_times(const std::string& path, int video) {
    const std::string stream = "v:" + std::to_string(video);
    return first_fields(ffprobe(path, {"-select_streams", stream, "-show_entries", "frame=best_effort_timestamp_time"}));
}

std::string ffprobe_value(const std::string& path, const std::string& stream, const std::string& key) {
    const auto fields = first_fields(ffprobe(path, {"-select_streams", stream, "-show_entries", "stream=" + key}));
    return fields.empty() ? "" : fields.front();
}

std::string stream_hash(const std::string& path, const std::string& map) {
    return must_run({"ffmpeg", "-v", "error", "-nostdin", "-i", path, "-map", map, "-c", "copy", "-f", "streamhash", "-"});
}

std::optional<std::string> real_clip(const std::string& name) {
    const char* set = std::getenv("INVISIBLUR_MEDIA");
    const std::filesystem::path clip = std::filesystem::path(set ? set : "../shared/media") / name;
    if (std::filesystem::exists(clip)) return clip.string();
    return std::nullopt;
}

}  // namespace invisiblur::test
