#pragma once
#include <vector>

#include "invisiblur/detector.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// The boxes of a frame's side data of the type AV_FRAME_DATA_DETECTION_BBOXES, whatever their labels: to hide too much is the lesser
/// evil. A confidence that is not said counts as 1.
std::vector<Face> noted_boxes(const AVFrameSideData& data);

/// Notes boxes with a frame, clipped to its picture, in place of those that it had.
void note_boxes(AVFrame& frame, const std::vector<Face>& faces);

}  // namespace invisiblur::av
