#include "job/record/run_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "base/sha256.hpp"
#include "detect/model_file.hpp"
#include "image/opencv_version.hpp"
#include "invisiblur/invisiblur.h"
#include "job/record/side_files.hpp"
#include "media/libav/log.hpp"
#include "options/box_file_name.hpp"
#include "options/hidden_classes.hpp"
#include "track/track_choice.hpp"
#include "track/track_kinds.hpp"

namespace invisiblur {
namespace {

// The files that --tracks, --plate and --model name count by their content; limits and protocols only refuse.
constexpr std::string_view kWithoutEffect[] = {"output",     "overwrite", "never-overwrite", "recursive",   "jobs",       "save-tracks",
                                               "save-plate", "report", "sign", "check-report",    "progress",        "quiet",       "verbose",    "threads",
                                               "protocols",  "tracks",    "model",           "max-streams", "max-pixels",
                                               "segment",    "save-analysis", "analysis", "join",
                                               "boxes-in",   "boxes-out", "spans-out", "landmarks-out", "keep-person", "hide-person", "words", "transcript"};

bool is_plate_file(const Options& options) {
    return options.plate != "auto" && options.plate != "first" && options.plate != "none";
}

/// A file, and those of further video streams beside it.
void note_files(RunFacts& facts, const std::string& name, const std::string& path) {
    facts.sha256[name] = sha256_file(path);
    for (std::size_t video = 1; std::filesystem::exists(tracks_path(path, video)); ++video)
        facts.sha256[name + "." + std::to_string(video + 1)] = sha256_file(tracks_path(path, video));
}

}  // namespace

std::string effective_options(const Options& options) {
    Options effective = options;
    const Options defaults;
    for (const std::string_view name : kWithoutEffect) {
        for (const OptionRow& row : option_table()) {
            if (row.name == name) std::visit([&](auto field) { effective.*field = defaults.*field; }, row.field);
        }
    }
    if (is_plate_file(options)) effective.plate = defaults.plate;
    return print_options(effective);
}

RunFacts run_facts(const Options& options) {
    RunFacts facts{invisiblur_version(), effective_options(options), {}};
    if (!options.tracks.empty()) {
        note_files(facts, "tracks", options.tracks);
    } else if (!options.boxes_in.empty()) {
        facts.options += (facts.options.empty() ? "boxes-in=" : ":boxes-in=") + std::string(to_string(parse_box_file_name(options.boxes_in).format));
        note_files(facts, "boxes-in", box_path(options.boxes_in));
    } else if (options.detector == "yunet") {
        facts.sha256["model"] = kYunetModel.sha256;  // no other one is trusted
    } else if (options.detector == "centerface" || options.detector == "cascade") {
        facts.sha256["model"] = kCenterfaceModel.sha256;
        if (options.detector == "cascade") facts.sha256["small model"] = kYunetModel.sha256;
    }
    if (hides(options, kTextKind) && options.tracks.empty() && options.boxes_in.empty()) facts.sha256["text model"] = kTextModel.sha256;
    for (std::size_t i = 0; i < options.keep_person.size(); ++i) facts.sha256[fmt::format("keep-person.{}", i + 1)] = sha256_file(options.keep_person[i]);
    for (std::size_t i = 0; i < options.hide_person.size(); ++i) facts.sha256[fmt::format("hide-person.{}", i + 1)] = sha256_file(options.hide_person[i]);
    if (looks_for_persons(options)) {
        facts.sha256["persons"] = kDescriptorModel.sha256;
        facts.sha256["landmarks"] = kLandmarkModel.sha256;
    }
    if (!options.words.empty()) {
        facts.sha256["words"] = sha256_file(options.words);
        facts.sha256["transcript"] = sha256_file(options.transcript);
    }
    if (is_plate_file(options)) facts.sha256["plate"] = sha256_file(options.plate);
    return facts;
}

std::string library_versions() {
    return av::libav_versions() + ", OpenCV " + opencv_version();
}

}  // namespace invisiblur
