#pragma once
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// How a box of a track was found.
enum class BoxSource { detector, flow, bridge, hand };

/// A face at one time.
/// Units: box in pixels of the coded picture; pts in the time base of the tracks; score in [0, 1].
struct TrackBox {
    std::int64_t pts = 0;
    Box box;
    float score = 0;
    BoxSource from = BoxSource::hand;
};

/// One face over time: boxes in order of pts, at most one a pts. Those of an analysis lie in memory that the disk can take over, those of a copy do not.
struct Track {
    int id = 0;
    std::pmr::vector<TrackBox> boxes;
    std::string extra;  ///< JSON object of unknown fields, kept for writing; empty where there are none.
    int person = 0;    ///< whose face it is, from 1; 0 where that is unknown
    std::string kind = {};  ///< "text"; "" for a face
};

/// What the tracks belong to. A field of 0 or "" is unknown.
struct TracksSource {
    std::string sha256;  ///< of the whole source file, lower-case hexadecimal
    int width = 0;       ///< coded picture, pixels
    int height = 0;
    std::int64_t time_base_num = 0;  ///< seconds per pts unit, as a fraction
    std::int64_t time_base_den = 0;
    std::int64_t frames = 0;
    std::string extra;
};

/// The faces of one video stream; what a tracks file holds (its format is "invisiblur-tracks", version 1).
/// Threads: safe to read from several threads.
struct Tracks {
    TracksSource source;
    std::vector<Track> tracks;
    std::string extra;
};

/// Reads a tracks file's text.
/// Errors: std::invalid_argument that names the line (malformed JSON) or the field ("tracks[2].boxes[7].w: …").
Tracks parse_tracks(std::string_view json);

/// The text of a tracks file; parse_tracks(print_tracks(t)) equals t, unknown fields included.
std::string print_tracks(const Tracks& tracks);

/// Errors: std::runtime_error where the file cannot be read; std::invalid_argument as parse_tracks, with the file's name in front.
Tracks read_tracks_file(const std::string& path);

/// Writes beside the name and renames, so that a reader never sees half a file.
/// Errors: std::runtime_error where it cannot be written; nothing is left under the name then.
void write_tracks_file(const std::string& path, const Tracks& tracks);

std::string_view to_string(BoxSource from);

/// The way back; nothing where the text is none of them.
std::optional<BoxSource> box_source(std::string_view text);

/// What was painted where a track's face was, over all its frames. Units: pixels.
struct PaintedShare {
    std::int64_t seen_px = 0;     ///< as other frames of the shot show it
    std::int64_t made_up_px = 0;  ///< as none does
};

}  // namespace invisiblur
