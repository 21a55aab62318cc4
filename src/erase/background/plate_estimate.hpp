#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "erase/background/halo_scene.hpp"
#include "erase/background/plate.hpp"
#include "erase/region/face_area.hpp"
#include "image/picture.hpp"
#include "track/frame_window.hpp"

namespace invisiblur {

/// One frame of a shot, kept as a reference of what stands behind.
struct PlateSample {
    PicturePtr picture;
    std::int64_t index = 0;       ///< of the frame
    std::vector<FaceArea> areas;  ///< its faces, set before estimating
    std::shared_ptr<const HaloScene> scene = nullptr;  ///< of these areas' halos; null where none of them is believed
    int light = 0;  ///< steps of the picture's depth by which all of its luma is brighter than that of the others; taken off before they are compared
};

/// Keeps at most `most` frames of a shot, spread evenly over its length, the first always among them.
/// Units: most, at least 2.
class PlateSampler {
public:
    explicit PlateSampler(int most) : most_(most) {}

    /// In: a record with its picture, which is kept here even where the record lets go of it.
    void offer(const FrameRecordPtr& record);

    /// The frames kept, with the areas that their records have now.
    std::vector<PlateSample> samples() const;

    /// Lets go of the frames from this one on.
    void forget_from(std::int64_t index);

    /// Leaves every second sample, where there are more than `most`.
    void thin_to(int most);

private:
    int most_;
    std::int64_t offered_ = 0;
    std::int64_t stride_ = 1;
    struct Kept {
        FrameRecordPtr record;
        PicturePtr picture;
    };
    std::vector<Kept> kept_;
};

/// The robust temporal mean of each pixel over the samples in which it lies in no core and no halo: values near their median are averaged.
/// In:   area on the chroma grid; samples of one size and layout.
/// Pixels on which the samples do not agree are unknown too. Unknown pixels are marked; fill_unknown() closes them.
Plate estimate_plate(std::span<const PlateSample> samples, const Rect& area);

/// Marks what an estimate of component c says of its sample (x, y): a luma pixel is known where all its components are.
/// Order: component 0 first.
void note_known(Plate& plate, int c, int x, int y, bool known);

}  // namespace invisiblur
