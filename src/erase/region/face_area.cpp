#include "erase/region/face_area.hpp"

#include <algorithm>

#include "erase/region/body_reach.hpp"
#include "erase/region/halo_shape.hpp"
#include "options/hidden_classes.hpp"

namespace invisiblur {
namespace {

int round_down(int v, int step) {
    return v >= 0 ? v / step * step : -((-v + step - 1) / step * step);
}

Box grow_box(const Box& box, double by) {
    const float x = static_cast<float>(box.w * by), y = static_cast<float>(box.h * by);
    return {box.x - x, box.y - y, box.w + 2 * x, box.h + 2 * y};
}

}  // namespace

Rect on_chroma_grid(const Rect& area, const ImageView& image, bool interlaced) {
    const int step_x = 1 << image.layout.log2_chroma_width;
    // In an interlaced picture a chroma row belongs to every second luma row of four.
    const bool fields = interlaced && image.layout.log2_chroma_height > 0;
    const int step_y = (1 << image.layout.log2_chroma_height) * (fields ? 2 : 1);
    const Rect outer{round_down(area.x0, step_x), round_down(area.y0, step_y), -round_down(-area.x1, step_x),
                     -round_down(-area.y1, step_y)};
    return intersect(outer, image.bounds());
}

Rect in_component(const Rect& area, const PixelLayout& layout, int c) {
    if (!layout.components[c].subsampled) return area;
    const int sx = layout.log2_chroma_width, sy = layout.log2_chroma_height;
    return {area.x0 >> sx, area.y0 >> sy, -(-area.x1 >> sx), -(-area.y1 >> sy)};
}

std::vector<std::uint8_t> near_faces(const Rect& area, std::span<const FaceArea> faces, int reach_px) {
    std::vector<std::uint8_t> near(static_cast<std::size_t>(area.width()) * area.height(), 0);
    for (const FaceArea& face : faces) {
        const Rect r = intersect(grow(unite(face.core, face.halo), reach_px, reach_px), area);
        for (int y = r.y0; y < r.y1 && r.x1 > r.x0; ++y) {
            const auto row = near.begin() + static_cast<std::ptrdiff_t>(y - area.y0) * area.width();
            std::fill(row + (r.x0 - area.x0), row + (r.x1 - area.x0), 1);
        }
    }
    return near;
}

bool in_halo(const FaceArea& face, int x, int y) {
    const auto part = [](int from_core, int depth) { return depth > 0 ? static_cast<float>(from_core) / static_cast<float>(depth) : 2.0F; };
    const auto beyond = [&](int v, int core0, int core1, int before, int after) {
        if (v < core0) return part(core0 - v, before);
        return v >= core1 ? part(v - core1 + 1, after) : 0.0F;
    };
    int left = face.core.x0 - face.halo.x0, right = face.halo.x1 - face.core.x1, above = face.core.y0 - face.halo.y0, below = face.halo.y1 - face.core.y1;
    // Beside a face a halo is as deep on both sides, unless the picture ends there.
    int &one = face.lies() ? above : left, &other = face.lies() ? below : right;
    one = other = std::max(one, other);
    const float dx = beyond(x, face.core.x0, face.core.x1, left, right), dy = beyond(y, face.core.y0, face.core.y1, above, below), narrowed = halo_part(face, x, y);
    const float across = (face.lies() ? dy : dx) / narrowed, along = face.lies() ? dx : dy;
    return across * across + along * along <= 1;
}

std::pair<int, int> halo_row(const FaceArea& face, int y) {
    // At the forehead a halo is widest.
    const int forehead = face.chin == Chin::left ? face.core.x1 - 1 : face.core.x0;
    if (face.core.empty() || !in_halo(face, forehead, y)) return {face.core.x0, face.core.x0};
    const Rect whole = unite(face.core, face.halo);
    const auto first_where = [](int first, int end, auto holds) {
        while (first < end) {
            const int middle = first + (end - first) / 2;
            holds(middle) ? end = middle : first = middle + 1;
        }
        return first;
    };
    return {first_where(whole.x0, forehead, [&](int x) { return in_halo(face, x, y); }),
            first_where(forehead + 1, whole.x1, [&](int x) { return !in_halo(face, x, y); })};
}

FaceAreas::FaceAreas(const Options& options, const StreamShape& shape)
    : margin_(options.margin),
      halo_(options.halo),
      seconds_per_pts_(static_cast<double>(shape.time_base_num) / static_cast<double>(shape.time_base_den)),
      chin_(chin_of(shape.rotation_degrees)),
      people_(hides_people(options)),
      regions_{options.regions, options.keep_regions} {}

std::vector<FaceArea> FaceAreas::of_frame(std::span<const TrackedFace> faces, std::int64_t pts, const ImageView& image,
                                          bool interlaced, std::span<const float> fades, const Regions* regions) const {
    std::vector<FaceArea> areas;
    for (std::size_t i = 0; i < faces.size(); ++i) {
        const TrackedFace& face = faces[i];
        // A box of text holds the room around it, and nothing hangs together with it.
        const Box core = grow_box(face.box.box, face.text ? 0 : margin_);
        if (face.text) {
            const Rect whole = on_chroma_grid(outer_rect(core), image, interlaced);
            areas.push_back({whole, whole, 1, false, face.track, true});
            continue;
        }
        const auto beside = static_cast<float>(halo_) * face.box.box.w, above = static_cast<float>(halo_) * face.box.box.h;
        const auto depth = [&](Chin side, float whole) { return side == chin_ ? kAtChin * whole : whole; };
        const float left = depth(Chin::left, beside), top = depth(Chin::up, above);
        const Box halo{core.x - left, core.y - top, core.w + left + depth(Chin::right, beside), core.h + top + depth(Chin::down, above)};
        // Somebody who comes or goes slowly would be a ghost: with the body the halo is there at once.
        FaceArea area{on_chroma_grid(outer_rect(core), image, interlaced), on_chroma_grid(outer_rect(halo), image, interlaced),
                      fades.empty() || people_ ? 1.0F : fades[i], false, face.track, false, chin_};
        if (people_) area.body = outer_rect(body_reach(face.box.box, chin_));
        areas.push_back(area);
    }
    for (const Region& region : (regions ? regions : &regions_)->hidden) {
        if (!holds(region, pts)) continue;
        const Rect core = on_chroma_grid(outer_rect(region.box), image, interlaced);
        areas.push_back({core, core, 1, true});
    }
    std::erase_if(areas, [&](const FaceArea& a) { return a.core.empty() && intersect(a.body, image.bounds()).empty(); });
    return areas;
}

std::vector<Rect> FaceAreas::kept(std::int64_t pts, const Regions* regions) const {
    std::vector<Rect> rects;
    for (const Region& region : (regions ? regions : &regions_)->kept) {
        if (holds(region, pts)) rects.push_back(outer_rect(region.box));
    }
    return rects;
}

bool FaceAreas::holds(const Region& region, std::int64_t pts) const {
    const double time_s = static_cast<double>(pts) * seconds_per_pts_;
    return (!region.start_s || time_s >= *region.start_s) && (!region.end_s || time_s < *region.end_s);
}

}  // namespace invisiblur
