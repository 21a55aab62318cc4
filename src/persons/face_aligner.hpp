#pragma once
#include <memory>
#include <optional>

#include "image/picture.hpp"
#include "invisiblur/detector.hpp"

namespace invisiblur {

/// A face cut out so that eyes and nose stand where the descriptor's network wants them, and how well it shows.
/// Units: eyes_px, from eye to eye in the source's pixels; turned, how far the nose lies beside the middle of the eyes, in distances between them
///        (0: frontal); sharpness, how strong the finest detail is beside the coarser, 0 (blurred) and up;
///        wander, how far eyes and nose wander where the predictor begins beside or at another size, root mean square, in distances between the eyes; 0 where it is not
///        measured, since the face is no good anyway;
///        brightness and contrast, mean and standard deviation of the luma in steps of 8 bits.
struct FaceChip {
    RgbImage pixels;
    double eyes_px = 0;
    double turned = 0;
    double sharpness = 0;
    double wander = 0;
    double brightness = 0;
    double contrast = 0;

    /// Whether a descriptor of it can be relied on: large, sharp, frontal and uncovered enough.
    bool is_good() const;
    /// Which of several chips of a face shows it best: the larger the better.
    double quality() const;
};

/// Finds eyes and nose in a face's box (ensemble of regression trees, Kazemi and Sullivan, CVPR 2014, as dlib ships it for five points) and cuts
/// the face out by them. How much to believe the points is told by starting anew from other places (smart restarts: Burgos-Artizzu, Perona and
/// Dollar, ICCV 2013): on a face that a hand covers each start ends elsewhere.
/// Threads: one thread at a time.
class FaceAligner {
public:
    /// Errors: std::runtime_error where the model is missing, the sentence says how to get it.
    explicit FaceAligner(const Options& options);
    ~FaceAligner();
    FaceAligner(const FaceAligner&) = delete;
    FaceAligner& operator=(const FaceAligner&) = delete;

    /// In:      picture, as it is coded; face, its box in pixels of it; rotation_degrees, clockwise, that turn the picture upright.
    /// Returns: nothing where the face is not whole in the picture.
    std::optional<FaceChip> cut_out(const RgbView& picture, const Box& face, int rotation_degrees) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace invisiblur
