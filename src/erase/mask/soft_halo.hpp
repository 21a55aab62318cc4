#pragma once
#include <vector>

#include "erase/mask/mask.hpp"

namespace invisiblur {

/// Turns a decided mask into one whose edges nobody sees; only in halos, a core stays whole:
/// - What does not hang together with a core stays: it is no part of the head.
/// - What itself differs from the plate and hangs together with what is replaced goes with it, a few pixels far: strands of hair.
/// - What is surrounded by what is replaced goes with it.
/// - What is connected and goes on beyond the halo (shoulders, long hair) is not cut where the halo ends: it fades out towards there.
/// - The rim of what is replaced is soft.
/// - A face's halo comes and goes by its fade.
/// - Where the plate does not fit, its difference from the picture means nothing: the halo stays.
/// Pixels of which next to nothing would be replaced are kept. Sets patch.weights. Looks at no picture, so no face's pixel takes part.
/// In: patch as decide_mask() gives it for the plan.
void soften_halo(MaskPatch& patch, const PatchPlan& plan);

/// The weights for the samples of one component: the greatest among a sample's luma pixels, 1 in cores; 1 where patch has none.
/// In: cells of the component.
std::vector<float> component_weights(const MaskPatch& patch, const std::vector<Cell>& cells, const PixelLayout& layout, int c,
                                     bool interlaced);

}  // namespace invisiblur
