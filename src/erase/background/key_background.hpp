#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "erase/background/carried_scene.hpp"
#include "erase/background/plate_fragments.hpp"
#include "erase/background/warped_sampler.hpp"

namespace invisiblur {

/// The plates of one frame, the key, from which those of its neighbours are taken: a scene that was asked of many references once is laid over
/// the next frames as a whole. That costs a part of asking anew, and the fill stands still where the scene does.
/// Each part is made when it is first asked for. Its pictures are held as long as the object lives.
/// Threads: safe.
class KeyBackground {
public:
    /// In: key, its areas set; samples, references for it, nearest in time first, and the maps from its pixels to each one's; faces of all the
    ///     frames that will ask, in the key's pixels; reach_px, how far around them.
    KeyBackground(PlateSample key, std::vector<PlateSample> samples, std::vector<Homography> maps, std::span<const FaceArea> faces, bool interlaced,
              int reach_px);
    ~KeyBackground();

    /// Makes all parts, and completes those behind whose faces too little was seen.
    /// In: pose, of the key. Order: before the first plate().
    void complete(CarriedScene& carried, const Camera::Pose& pose);

    /// What is known of a part of a neighbouring frame. Judged, and its confidence set, where the key has the same faces: they tell as much.
    /// In:      target, its areas set; to_key, from its pixels to the key's; area, on the chroma grid.
    /// Returns: none where the key was not asked for all faces in the area, or does not fit what is to be seen around them.
    std::optional<Plate> plate(const PlateSample& target, const Homography& to_key, const Rect& area) const;

private:
    struct Part;

    PlateSample key_;
    std::vector<PlateSample> samples_;
    std::vector<Homography> maps_;
    int reach_px_;
    double least_ = kLeastOfCore;  ///< of a core, that must be seen
    std::vector<std::unique_ptr<Part>> parts_;

    const Part* part_around(const PlateSample& target, const Homography& to_key, const Rect& area) const;
    void make(const Part& part) const;
    bool shows_all(const Part& part) const;
    bool hides_unseen(const Part& part) const;
};

/// An area of one frame as it lies in another one, rounded outward.
FaceArea carried_area(const FaceArea& area, const Homography& map, const ImageView& image, bool interlaced);

}  // namespace invisiblur
