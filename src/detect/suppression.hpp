#pragma once
#include <vector>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// Two real faces overlap less than this (intersection over union) even in a crowd; answers for one face overlap more.
inline constexpr float kSameFaceIou = 0.35F;

/// Joins answers that mean the same face: of each group that overlaps, the one with the highest score stays.
/// In:      max_iou, the overlap (intersection over union) from which two boxes mean one face.
/// Returns: highest score first.
std::vector<Face> suppress_overlaps(std::vector<Face> faces, float max_iou);

}  // namespace invisiblur
