#pragma once
#include "erase/compositor.hpp"
#include "media/libav/frame_pool.hpp"

namespace invisiblur::av {

/// The frame of an analysed picture without its faces. Its pixels are copied, into a frame of the pool, only where something must be erased;
/// properties and side data stay, but for those that describe the picture's content (motion vectors, regions of interest, detections).
/// Owns:   the caller.
/// Errors: as Compositor::erase; nothing is returned then.
FramePtr erased_frame(const Compositor& compositor, FrameRecord frame, FramePool& pool);

/// The frame of an analysed picture as it is, with its faces as AV_FRAME_DATA_DETECTION_BBOXES.
/// Owns:   the caller.
FramePtr marked_frame(const FrameRecord& frame);

}  // namespace invisiblur::av
