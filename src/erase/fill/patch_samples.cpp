#include "erase/fill/patch_samples.hpp"

namespace invisiblur {
namespace {

/// A letterbox's bars give no border for so many luma pixels more: the picture is blurred beside them, and rings.
constexpr int kBarEdge = 4;

}  // namespace

PatchSamples::PatchSamples(const ImageView& image, const FillTask& task, int c)
    : where(in_component(task.patch.area, image.layout, c)),
      cells(component_cells(task.patch, image.layout, c, task.interlaced)),
      values(cells.size()) {
    read_component(image, c, where, values.data());
    if (!task.letterbox) {
        picture = border = where;
        return;
    }
    const Rect whole = image.bounds(), &p = task.letterbox->picture;
    const auto in = [](int edge, int end, int step) { return edge == end ? edge : edge + step; };
    picture = in_component(p, image.layout, c);
    border = in_component({in(p.x0, whole.x0, kBarEdge), in(p.y0, whole.y0, kBarEdge), in(p.x1, whole.x1, -kBarEdge), in(p.y1, whole.y1, -kBarEdge)},
                          image.layout, c);
}

void PatchSamples::put_back(const ImageView& image, int c) const {
    for (int y = 0; y < where.height(); ++y) {
        const std::size_t row = static_cast<std::size_t>(y) * where.width();
        for (int x = 0; x < where.width();) {
            int end = x;
            while (end < where.width() && is_replaced(cells[row + end])) ++end;
            if (end > x) write_component(image, c, {where.x0 + x, where.y0 + y, where.x0 + end, where.y0 + y + 1}, &values[row + x]);
            x = end + 1;
        }
    }
}

}  // namespace invisiblur
