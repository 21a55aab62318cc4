#pragma once
#include "erase/mask/mask.hpp"

namespace invisiblur {

/// Decides which pixels of a patch are the bodies of those whose bodies go (FaceArea::body), and what they cast on the scene: what differs from the plate and
/// hangs together with a core, or lies in the column below it.
/// Method:  background subtraction with hysteresis. Differences of luma and colours are means over the rule's window; the light of the whole patch is
///          taken off. What differs a little belongs where it hangs together with what differs clearly; parts that are no farther apart than a belt
///          of the wall's colour is wide hang together. Of a head outside the picture what touches the border there hangs together with it. Nothing beyond the body's reach belongs (body_reach.hpp).
///          Where no plate is known, a column's pixels belong (nobody saw anything but the person there), and others where they hang together with the rest.
/// No pixel of a core takes part.
/// In:      patch with its cores and halos decided; nothing of it is held yet. Sets cells, foreign and people; leaves all where no body goes.
void mark_bodies(MaskPatch& patch, const PatchPlan& plan, const ImageView& image, const Plate& plate, const MaskRule& rule);

}  // namespace invisiblur
