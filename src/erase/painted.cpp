#include "erase/painted.hpp"

namespace invisiblur {

void PaintedSum::add(const MaskPatch& patch, const Plate& plate, std::span<const FaceArea> faces) {
    for (const FaceArea& face : faces) {
        if (face.track == 0) continue;
        PaintedShare sum;
        const Rect r = intersect(whole_of(face), patch.area);
        for (int y = r.y0; y < r.y1; ++y) {
            for (int x = r.x0; x < r.x1; ++x) {
                const std::size_t i = static_cast<std::size_t>(y - patch.area.y0) * static_cast<std::size_t>(patch.area.width()) + static_cast<std::size_t>(x - patch.area.x0);
                if (is_replaced(patch.cells[i])) ++(is_unseen(patch, plate, i) ? sum.made_up_px : sum.seen_px);
            }
        }
        const std::lock_guard lock(mutex_);
        PaintedShare& all = sums_[face.track];
        all.seen_px += sum.seen_px, all.made_up_px += sum.made_up_px;
    }
}

}  // namespace invisiblur
