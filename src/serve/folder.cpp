#include "serve/folder.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/lower_case.hpp"
#include "invisiblur/transcode.hpp"
#include "serve/http_error.hpp"

namespace invisiblur::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostEntries = 5000;

// By name only: looking into files is a worker's work.
constexpr auto kNames = std::to_array<std::string_view>({".mkv", ".mp4", ".m4v", ".mov", ".qt", ".webm", ".avi", ".mts", ".m2ts", ".ts", ".flv", ".3gp",
                                                         ".3g2", ".ogv", ".mxf", ".nut", ".wmv", ".asf", ".mpg", ".mpeg", ".vob", ".dv", ".lrv", ".insv"});

bool is_video_name(const fs::path& path) {
    const std::string end = lower_case(path.extension().string());
    const std::string stem = path.stem().string();
    return std::ranges::find(kNames, end) != kNames.end() && !stem.ends_with("_invisible") && !stem.ends_with("_unsafe");
}

[[noreturn]] void refuse() {
    throw HttpError(404, "not_found", "this is not in the folder that invis-serve was given (--folder), or not any more");
}

bool is_utf8(const std::string& text) {
    try {
        static_cast<void>(Json(text).dump());
        return true;
    } catch (const Json::exception&) {
        return false;
    }
}

Json describe(const fs::directory_entry& entry, bool folder) {
    Json facts{{"name", entry.path().filename().string()}, {"type", folder ? "folder" : "video"}};
    if (folder) return facts;
    std::error_code failed;
    facts["size"] = static_cast<std::int64_t>(entry.file_size(failed));
    struct stat times {};
    if (stat(entry.path().c_str(), &times) == 0) facts["modified"] = std::int64_t{times.st_mtim.tv_sec} * 1000;
    facts["done"] = fs::exists(default_output(entry.path().string(), {}), failed);
    return facts;
}

}  // namespace

fs::path Folder::resolve(const std::string& path) const {
    if (root_.empty()) throw HttpError(404, "no_folder", "invis-serve was started without --folder; upload the video");
    const fs::path below = path;
    if (path.find('\0') != std::string::npos || below.is_absolute()) refuse();
    for (const fs::path& part : below)
        if (part.string().starts_with('.')) refuse();  // hidden, or "..", which leads out
    std::error_code failed;
    const fs::path real = fs::canonical(root_ / below, failed);
    if (failed) refuse();
    const auto [end_of_root, rest] = std::mismatch(root_.begin(), root_.end(), real.begin(), real.end());
    if (end_of_root != root_.end()) refuse();
    for (auto part = rest; part != real.end(); ++part)
        if (part->string().starts_with('.')) refuse();
    return real;
}

Json Folder::list(const std::string& path) const {
    const fs::path folder = resolve(path);
    std::error_code failed;
    fs::directory_iterator entries(folder, fs::directory_options::skip_permission_denied, failed);
    if (failed) refuse();
    std::vector<Json> found;
    for (const fs::directory_entry& entry : entries) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with('.') || !is_utf8(name) || found.size() >= kMostEntries) continue;
        if (entry.is_symlink(failed)) continue;
        const bool inner = entry.is_directory(failed);
        if (inner || (entry.is_regular_file(failed) && is_video_name(entry.path()))) found.push_back(describe(entry, inner));
    }
    std::ranges::sort(found, {}, [](const Json& e) { return std::pair(e["type"] == "video", e["name"].get<std::string>()); });
    return {{"path", path}, {"name", root_.filename().string()}, {"entries", found}};
}

fs::path Folder::file(const std::string& path) const {
    const fs::path real = resolve(path);
    std::error_code failed;
    if (!fs::is_regular_file(real, failed) || !is_utf8(real.string())) refuse();
    return real;
}

}  // namespace invisiblur::serve
