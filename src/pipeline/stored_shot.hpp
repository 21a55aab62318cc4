#pragma once
#include <optional>

#include "erase/background/shot_plates.hpp"

namespace invisiblur {

class CborReader;
class CborWriter;

/// A shot in an analysis file, all but its start.
/// Format:  {"moving", "letterbox": [] for none or [[x0, y0, x1, y1], [a sample of the bars, four times]], "plate", "references": how many}; rows of poses, [stretch, 9 numbers of the map]; each reference; the plate where "plate" says so.
///          Reference: {"index", "pts", "interlaced", "pose", "areas": [[x0, y0, x1, y1 of the core, likewise of the halo, fade, by hand, text, where the chin lies], …], "scene"}, its picture,
///          and where "scene" says so HaloScene: {"complete", "known": [for each face]}, then map and hair of each known face as payloads.
///          Plate: {"area": [x0, y0, x1, y1]}, its picture, a payload of what is known.
/// Errors:  as CborWriter.
void put_shot(CborWriter& file, const ShotRecord& shot);

/// How the pictures of a video are, as far as an analysis says it.
struct StoredShape {
    Rect bounds;
    std::optional<PixelLayout> layout;  ///< of all its pictures, none before the first one was read
};

/// Reads it into a record whose start is set. Where it is not wanted its references and its plate are passed over.
/// In:      end, of the shot, in frames.
/// Errors:  as CborReader; damage is also a place outside of the picture or the shot, an area off the chroma grid, pictures that are not all alike.
void get_shot(CborReader& file, ShotRecord& shot, std::int64_t end, StoredShape& shape, bool wanted);

}  // namespace invisiblur
