#include "av/erased_frame.hpp"

#include "av/frame_picture.hpp"
#include "av/pixel_layout.hpp"

namespace invisiblur::av {

FramePtr erased_frame(const Eraser& eraser, AnalysedFrame frame) {
    if (!eraser.needs_erasing(frame)) return take_frame(frame.picture);
    FramePtr writable = take_writable(frame.picture);
    eraser.erase(view_of(*writable), frame);
    // These would still tell where the face was and how it moved.
    for (const AVFrameSideDataType type : {AV_FRAME_DATA_MOTION_VECTORS, AV_FRAME_DATA_REGIONS_OF_INTEREST, AV_FRAME_DATA_DETECTION_BBOXES}) {
        av_frame_remove_side_data(writable.get(), type);
    }
    return writable;
}

}  // namespace invisiblur::av
