#include "pipeline/given_faces.hpp"

#include <algorithm>
#include <stdexcept>

namespace invisiblur {
namespace {

/// Cuts show in a picture of about this many pixels across.
constexpr int kCutPictureWidth = 320;

}  // namespace

Tracks read_given_tracks(const Options& options, const StreamShape& shape) {
    Tracks tracks = read_tracks_file(options.tracks);
    const TracksSource& source = tracks.source;
    const bool other = (source.width > 0 && source.width != shape.width) || (source.height > 0 && source.height != shape.height);
    if (other) {
        throw std::invalid_argument(options.tracks + ": these tracks are of a picture of " + std::to_string(source.width) + "x" +
                                    std::to_string(source.height) + " pixels, not of " + std::to_string(shape.width) + "x" +
                                    std::to_string(shape.height) + "; give the tracks of this video");
    }
    return tracks;
}

GivenFaces::GivenFaces(const Options& options, const StreamShape& shape, std::shared_ptr<const Tracks> tracks, bool find_cuts)
    : cursor_(std::move(tracks), shape.time_base_num, shape.time_base_den, options.only_tracks, options.except_tracks),
      face_areas_(options, shape),
      needs_cuts_(find_cuts && (options.plate == "auto" || options.plate == "first")) {}

void GivenFaces::push(FrameWindow& frames) {
    FrameRecord& record = frames.back();
    record.faces = cursor_.at(record.pts);
    record.faces.insert(record.faces.end(), record.given.begin(), record.given.end());
    record.final = true;
    if (!needs_cuts_) return;
    const ImageView& view = record.picture->view();
    const int factor = std::max(1, view.width / kCutPictureWidth);
    std::vector<Rect> cores;
    for (const FaceArea& area : face_areas_.of_frame(record.faces, record.pts, view, record.interlaced, {}, record.regions.get()))
        cores.push_back(in_blocks(area.core, factor));
    frames.note_shot(shots_.push(block_mean_luma(view, factor), cores));
}

}  // namespace invisiblur
