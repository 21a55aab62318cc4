#include "erase/compositor.hpp"

#include "erase/background/plate_fragments.hpp"
#include "erase/fill/smooth_fill.hpp"
#include "erase/mask/soft_halo.hpp"

namespace invisiblur {
namespace {

struct Patch {
    MaskPatch mask;
    Plate plate;
};

/// In: whole_faces, a plate that shows little of what stands behind a face shows nothing of it. One that was tried out knows that already.
Plate plate_for(const FrameRecord& frame, const PatchPlan& plan, bool whole_faces) {
    if (!frame.plate) return unknown_plate(frame.picture->view().layout, plan.area);
    Plate plate = frame.plate->plate(frame.index, plan.area);
    if (whole_faces && !plate.confidence && drop_fragments(plate, {}, plan.faces)) fill_unknown(plate);
    return plate;
}

}  // namespace

Compositor::Compositor(const Options& options, const StreamShape& shape)
    : face_areas_(options, shape), rule_{options.rule == "core", options.radius_px, options.threshold}, fill_(parse_fill(options.fill)), show_made_up_(options.show_made_up), marks_(options, shape) {}

std::vector<FaceArea> Compositor::areas(const FrameRecord& frame) const {
    const Picture& picture = *frame.picture;
    return face_areas_.of_frame(frame.faces, picture.pts(), picture.view(), picture.interlaced(), frame.fades, picture.regions().get());
}

bool Compositor::needs_erasing(const FrameRecord& frame) const {
    return !areas(frame).empty();
}

void Compositor::erase(const ImageView& writable, const FrameRecord& frame) const {
    const bool interlaced = frame.picture->interlaced();
    std::vector<Rect> kept = face_areas_.kept(frame.picture->pts(), frame.picture->regions().get());
    for (Rect& rect : kept) rect = on_chroma_grid(rect, writable, interlaced);
    // All masks first: what fills one patch must not decide another.
    const std::vector<FaceArea> faces = areas(frame);
    std::vector<Patch> patches;
    for (const PatchPlan& plan : plan_patches(faces, writable, interlaced, rule_.radius_px)) {
        Plate plate = plate_for(frame, plan, rule_.core);
        MaskPatch mask = decide_mask(writable, plan, kept, plate, rule_);
        if (rule_.core) soften_halo(mask, plan);
        painted_->add(mask, plate, plan.faces);
        patches.push_back({std::move(mask), std::move(plate)});
    }
    for (const Patch& patch : patches) {
        const FillTask task{patch.mask, patch.plate, interlaced, !rule_.core, static_cast<std::uint64_t>(frame.index), frame.letterbox.get()};
        switch (fill_.kind) {
            case Fill::Kind::scene:
            case Fill::Kind::smooth:
                fill_smooth(writable, task);
                if (show_made_up_) tint_unseen(writable, task);
                break;
            case Fill::Kind::solid:
                fill_solid(writable, task, fill_.rgb);
                break;
            case Fill::Kind::mosaic:
                fill_mosaic(writable, task);
                break;
        }
    }
    if (marks_.paints()) marks_.paint(writable, frame, faces, kept);
}

}  // namespace invisiblur
