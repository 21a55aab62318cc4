#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "invisiblur/tracks.hpp"
#include "options/box_file_name.hpp"

namespace invisiblur {

/// The video that boxes belong to.
/// Units: frame_pts, when each frame is shown, growing, in the time base; width and height in pixels; one pts unit lasts
///        time_base_num / time_base_den seconds; frames a second, 0 where unknown.
struct FilmFacts {
    std::string name;    ///< without folders
    std::string sha256;  ///< "" where unknown
    int width = 0;
    int height = 0;
    std::int64_t time_base_num = 1;
    std::int64_t time_base_den = 1000;
    double frame_rate = 0;
    std::span<const std::int64_t> frame_pts = {};
};

/// Reads boxes that another program wrote: CVAT for video 1.1, MOT challenge (frames, numbers and corners count from 1), COCO with the
/// fields for video (frame_id counts from 0), or a tracks file. Boxes without a number are joined from frame to frame where they lie
/// upon one another. Where a track has no box in a frame between two others it is drawn in a straight line, as with tracks files;
/// but CVAT's "outside" ends a track. A track's label is its kind.
/// In:     film, whose frames the file's frame numbers mean.
/// Errors: std::invalid_argument, one sentence that names the place: malformed, of a picture of another size, of another video, a frame beyond the
///         end, a label that is none of face, head, person, text, plate, license_plate and object.
/// Threads: safe.
Tracks parse_boxes(std::string_view text, BoxFormat format, const FilmFacts& film);

/// A file's text, and what of the tracks the format cannot hold ("" where all is in it), as words of a sentence.
struct PrintedBoxes {
    std::string text;
    std::string lost;
};

/// The way back: parse_boxes() of the text gives the same tracks, but for what is lost.
/// In:     tracks, of the film's frames; boxes at other times count for the nearest frame.
/// Errors: std::invalid_argument where a number is infinite or none.
/// Threads: safe.
PrintedBoxes print_boxes(const Tracks& tracks, BoxFormat format, const FilmFacts& film);

/// Reads a file as parse_boxes() does.
/// Errors: as there, with the file's name in front; std::runtime_error where it cannot be read.
Tracks read_boxes_file(const BoxFileName& name, const FilmFacts& film);

}  // namespace invisiblur
