#pragma once

namespace invisiblur {

struct Options;

/// The size at which the detector looks at a picture. The detector pads it to multiples of 32.
/// Units: pixels.
struct DetectionSize {
    int width = 0;
    int height = 0;
};

/// The size at which a face of options.min_face_px source pixels is still found, aspect kept, bounded for cost;
/// options.detect_size_px sets the longer side by hand.
/// In: width and height of the upright source picture, pixels.
DetectionSize detection_size(int width, int height, const Options& options);

/// The smaller size at which every second look is taken: large, turned and blurred faces are found better there. The same size
/// where the picture is small, or options.detect_size_px sets it.
DetectionSize second_size(DetectionSize size, const Options& options);

/// Every how many frames the detector looks: options.detect_every, or for "auto" each frame where the network is cheap and
/// fewer where it is dear, but never more than 0.2 s apart.
/// In: the two sizes that take turns; frame_rate in frames a second, 0 where unknown.
int detect_every(DetectionSize size, DetectionSize second, double frame_rate, const Options& options);

}  // namespace invisiblur
