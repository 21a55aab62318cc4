#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "erase/background/plate_estimate.hpp"
#include "motion/camera.hpp"

namespace invisiblur {

/// A frame as a reference for others of its shot, with the camera's pose.
struct ReferenceFrame {
    PlateSample sample;
    Camera::Pose pose;
};

/// What was made up of the scene in one frame: `plate` holds it, with what was seen around it.
struct MadeUpPiece {
    ReferenceFrame frame;
    Plate plate;
};
using MadeUpPieces = std::vector<std::shared_ptr<const MadeUpPiece>>;

/// Gives the unknown pixels of a frame's plate, where wanted, what was made up there in others of its shot: of several the first. Each is laid over
/// by the camera's motion and what is to be seen around the faces, straight from the frame it was made for, so that it is mixed from samples but once.
/// Threads: safe.
void lay_pieces(const MadeUpPieces& pieces, const ReferenceFrame& frame, std::span<const std::uint8_t> wanted, Plate& plate);

/// As fill_unknown(), from scene only: a dark collar beside what is not known would run into it as a fog. In: shown, a frame that the plate lies in.
void fill_from_scene(Plate& plate, std::span<const std::uint8_t> wanted, const PlateSample& shown);

/// What was made up behind the faces of a shot whose camera moves: it moves with the scene, and is made up anew only where no frame has needed it
/// before.
/// Memory:  a bounded number of pieces, each with its frame's picture.
/// Threads: one thread at a time.
class CarriedScene {
public:
    /// Pieces that are kept by default: each holds a picture, and the last ones hold what those before them had made up.
    static constexpr std::size_t kMostPieces = 12;

    explicit CarriedScene(std::size_t most_pieces = kMostPieces) : most_pieces_(most_pieces) {}
    /// What a first pass made up: nothing is added.
    explicit CarriedScene(MadeUpPieces known) : pieces_(std::move(known)) {}

    /// Completes a plate of a frame where wanted: by what was made up before, and by exemplars (complete_plate) what remains.
    /// In: frame, with its own areas; shown, what it shows, its areas those of all that is hidden in the frames that ask.
    void complete(const ReferenceFrame& frame, const PlateSample& shown, std::span<const std::uint8_t> wanted, Plate& plate);

    const MadeUpPieces& pieces() const { return pieces_; }

private:
    MadeUpPieces pieces_;
    std::size_t most_pieces_ = 0;  ///< 0 where nothing is added
};

}  // namespace invisiblur
