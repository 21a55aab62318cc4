#include "job/person_photos.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "job/still_frame.hpp"
#include "job/still_pass.hpp"
#include "pipeline/frame_picture.hpp"
#include "still/still_file.hpp"

namespace invisiblur::av {
namespace {

/// What counts as a face beside the one that the photo is of: not what the detector only supposes.
constexpr float kSurelyFace = 0.5F;

/// Options that decide what is a face, and nothing else.
Options finding(const Options& options) {
    Options own;
    own.detector = options.detector == "sidedata" ? own.detector : options.detector;
    own.model = options.detector == "sidedata" ? "" : options.model;
    own.min_face_px = options.min_face_px;
    own.engine = options.engine;
    own.threads = options.threads;
    own.max_pixels = options.max_pixels;
    own.analyse_only = true;
    return own;
}

class PhotoReader {
public:
    PhotoReader(const Options& options, const FaceAligner& aligner, FaceDescriber& describer, const std::atomic<bool>& cancel)
        : options_(finding(options)), aligner_(aligner), describer_(describer), cancel_(cancel) {}

    PersonPhoto read(const std::string& path, bool keep) const {
        const std::string flag = keep ? "--keep-person" : "--hide-person";
        const auto refuse = [&](const std::string& why) { throw std::runtime_error(fmt::format("{} {}: {}", flag, path, why)); };
        std::error_code failed;
        if (!std::filesystem::is_regular_file(path, failed)) refuse("there is no such file: give a photo of one person");
        const still::Kind kind = still::kind_of_file(path);
        if (kind == still::Kind::none) refuse("this is no photo (JPEG, PNG, WebP, TIFF, HEIC or AVIF); of a film, save one picture with one face as PNG");
        const auto file = still::open_still(kind, read_still(path), {.name = path, .max_pixels = options_.max_pixels});
        if (file->pages() > 1) refuse(fmt::format("it holds {} pictures: give a file with one", file->pages()));
        const std::vector<Box> faces = faces_of(kind, path);
        if (faces.empty()) refuse("no face was found in it: give a photo with one clear face, seen from the front");
        if (faces.size() > 1) refuse(fmt::format("{} faces were found in it: cut the photo so that it shows one", faces.size()));
        const FramePicture picture(frame_of(file->pixels()));
        const RgbImage rgb = picture.scaled_rgb(picture.view().width, picture.view().height);
        const auto chip = aligner_.cut_out(rgb.view(), faces.front(), still::upright_degrees(file->orientation()));
        if (!chip || !chip->is_good()) refuse("its face is too small, blurred, covered, cut off or turned away: give a photo with a larger face, all of it seen, from the front");
        return {std::filesystem::path(path).filename().string(), describer_.describe(chip->pixels.view()), keep};
    }

private:
    std::vector<Box> faces_of(still::Kind kind, const std::string& path) const {
        const StillResult result = process_still(kind, read_still(path), path, options_, [](const std::string&) {}, cancel_, nullptr);
        std::vector<Box> faces;
        for (const Track& track : result.stream.tracks.tracks)
            if (!track.boxes.empty() && track.boxes.front().score >= kSurelyFace) faces.push_back(track.boxes.front().box);
        return faces;
    }

    Options options_;
    const FaceAligner& aligner_;
    FaceDescriber& describer_;
    const std::atomic<bool>& cancel_;
};

}  // namespace

std::vector<PersonPhoto> read_person_photos(const Options& options, const FaceAligner& aligner, FaceDescriber& describer,
                                            const std::atomic<bool>& cancel) {
    const PhotoReader reader(options, aligner, describer, cancel);
    std::vector<PersonPhoto> photos;
    for (const std::string& path : options.keep_person) photos.push_back(reader.read(path, true));
    for (const std::string& path : options.hide_person) photos.push_back(reader.read(path, false));
    return photos;
}

}  // namespace invisiblur::av
