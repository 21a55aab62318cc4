#pragma once
#include "base/geometry.hpp"

namespace invisiblur {

struct Options;

/// CenterFace still finds faces of about this many network pixels in every pose; below, only clear ones.
inline constexpr double kNetworkFacePx = 16;

/// The network's input comes in multiples of this.
inline constexpr int kNetworkGridPx = 32;

/// The size at which the detector looks at a picture. The detector pads it to multiples of kNetworkGridPx.
/// Units: pixels.
struct DetectionSize {
    int width = 0;
    int height = 0;
};

/// The size at which a face of options.min_face_px source pixels is still found, aspect kept, bounded for cost;
/// options.detect_size_px sets the longer side by hand.
/// In: width and height of the upright source picture, pixels.
DetectionSize detection_size(int width, int height, const Options& options);

/// The smaller size at which every other look is taken: large, turned and blurred faces are found better there. The same size
/// where the picture is small, or options.detect_size_px sets it.
DetectionSize second_size(DetectionSize size, const Options& options);

/// The size of a glance where a look would have this one: the small network sees most in somewhat smaller pictures. The same size where that
/// is small, or options.detect_size_px sets it.
DetectionSize glance_size(DetectionSize look, const Options& options);

/// Overlapping tiles of an enlarged picture, each as large as one look at the whole picture, so that it costs the same.
/// Units: pixels of the enlarged picture. No tiles where `columns` is 0.
struct TileGrid {
    DetectionSize picture;  ///< all tiles together
    DetectionSize tile;
    int columns = 0;
    int rows = 0;

    int count() const { return columns * rows; }
    Rect at(int index) const;  ///< row by row
};

/// The tiles in which faces of options.min_face_px are found where a look at the whole picture is too coarse for them; none where it is
/// fine enough, or options.detect_size_px sets it.
/// In: width and height of the source picture and the size of a look at it, lying alike.
TileGrid tile_grid(int width, int height, DetectionSize whole, const Options& options);

/// The tiles in which a crowd is looked at: those of tile_grid(), or else of the picture as fine as it is; none where a look at the whole picture
/// is as fine, or options.detect_size_px sets it.
/// In: as for tile_grid().
TileGrid crowd_grid(int width, int height, DetectionSize whole, const Options& options);

/// Every how many frames the detector looks: options.detect_every, or for "auto" each frame where the network is cheap and
/// fewer where it is dear, but never more than 0.2 s apart.
/// In: the two sizes that take turns, and every second time a tile where there are some; glances, most looks are such (Detector::glance);
///     frame_rate in frames a second, 0 where unknown.
int detect_every(DetectionSize size, DetectionSize second, bool tiles, bool glances, double frame_rate, const Options& options);

/// Of so many looks, `every` frames apart, all but one are glances: even, as seldom as the network's time allows, but once a second at least.
int decide_every(DetectionSize size, DetectionSize second, int every, double frame_rate);

}  // namespace invisiblur
