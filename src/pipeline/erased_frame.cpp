#include "pipeline/erased_frame.hpp"

#include "base/stage_times.hpp"
#include "media/libav/pixel_layout.hpp"
#include "pipeline/detection_boxes.hpp"
#include "pipeline/frame_picture.hpp"

namespace invisiblur::av {

FramePtr erased_frame(const Compositor& compositor, FrameRecord frame, FramePool& pool) {
    const StageTimer timer(Stage::erase);
    if (!compositor.needs_erasing(frame)) return take_frame(frame.picture);
    FramePtr writable = take_writable(frame.picture, pool);
    compositor.erase(view_of(*writable), frame);
    // These would still tell where the face was and how it moved.
    for (const AVFrameSideDataType type : {AV_FRAME_DATA_MOTION_VECTORS, AV_FRAME_DATA_REGIONS_OF_INTEREST, AV_FRAME_DATA_DETECTION_BBOXES}) {
        av_frame_remove_side_data(writable.get(), type);
    }
    return writable;
}

FramePtr marked_frame(const FrameRecord& frame) {
    FramePtr marked = take_frame(frame.picture);
    std::vector<Face> faces;
    for (const TrackedFace& face : frame.faces) faces.push_back({face.box.box, face.box.score});
    note_boxes(*marked, faces);
    return marked;
}

}  // namespace invisiblur::av
