#include "job/record/side_files.hpp"

#include <filesystem>
#include <stdexcept>
#include <vector>

#include "job/record/report_check.hpp"
#include "options/box_file_name.hpp"

namespace invisiblur {
namespace {

namespace fs = std::filesystem;

struct NamedFile {
    std::string path;
    std::string what;  ///< "the input"
};

bool is_same_file(const std::string& a, const std::string& b) {
    if (a.empty() || b.empty() || a == "-" || b == "-") return false;
    std::error_code failed;
    if (fs::equivalent(a, b, failed)) return fs::is_regular_file(a, failed);  // a device may be named twice
    const fs::path real_a = fs::weakly_canonical(fs::absolute(a, failed), failed),
                   real_b = fs::weakly_canonical(fs::absolute(b, failed), failed);
    return real_a == real_b && !fs::exists(real_a, failed);
}

}  // namespace

void check_side_files(const TranscodeJob& job) {
    const Options& o = job.options;
    const bool writes_video = !o.hash && !o.analyse_only;
    const bool plate_file = o.plate != "auto" && o.plate != "first" && o.plate != "none";
    std::vector<NamedFile> others = {{job.input, "the input"},
                                     {writes_video ? job.output : "", "the result"},
                                     {o.tracks, "what --tracks reads"},
                                     {box_path(o.boxes_in), "what --boxes-in reads"},
                                     {plate_file ? o.plate : "", "what --plate reads"},
                                     {o.model, "what --model reads"},
                                     {o.sign, "what --sign reads"},
                                     {o.words, "what --words reads"},
                                     {o.transcript, "what --transcript reads"}};
    for (const std::string& path : o.analysis) others.push_back({path, "what --analysis reads"});
    for (const std::string& path : o.keep_person) others.push_back({path, "what --keep-person reads"});
    for (const std::string& path : o.hide_person) others.push_back({path, "what --hide-person reads"});
    for (const std::string& path : o.join) others.push_back({path, "what --join reads"});
    const bool is_signed = !o.sign.empty();
    for (const NamedFile& side :
         {NamedFile{o.report, "--report"}, NamedFile{is_signed ? signature_path(o.report) : "", "--sign"}, NamedFile{is_signed ? public_key_path(o.report) : "", "--sign"}, NamedFile{o.save_tracks, "--save-tracks"}, NamedFile{o.save_plate, "--save-plate"},
          NamedFile{o.save_analysis, "--save-analysis"}, NamedFile{box_path(o.boxes_out), "--boxes-out"}, NamedFile{o.spans_out, "--spans-out"},
          NamedFile{o.landmarks_out, "--landmarks-out"}}) {
        for (const NamedFile& other : others) {
            if (!is_same_file(side.path, other.path)) continue;
            throw std::invalid_argument(side.what + ": " + side.path + " is " + other.what + ": name another file");
        }
        others.push_back({side.path, "what " + side.what + " writes"});
    }
}

std::string tracks_path(const std::string& path, std::size_t video) {
    if (video == 0) return path;
    const fs::path file = path;
    return (file.parent_path() / (file.stem().string() + "." + std::to_string(video + 1) + file.extension().string())).string();
}

}  // namespace invisiblur
