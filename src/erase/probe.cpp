#include "erase/probe.hpp"

#include <algorithm>

namespace invisiblur {

Probe::Probe(const RegisteredSample& registered, int c, const Rect& area)
    : image_(registered.sample->picture->view()),
      map_(registered.from_target),
      still_(registered.from_target.is_identity()),
      bytes_(component<std::uint8_t>(image_, c)),
      words_(component<std::uint16_t>(image_, c)) {
    const PixelLayout& layout = image_.layout;
    if (layout.components[c].subsampled && !still_) {
        // From a component's samples to luma pixels, whose centres lie at (sample + 0.5) * scale - 0.5.
        const double sx = 1 << layout.log2_chroma_width, sy = 1 << layout.log2_chroma_height;
        const Homography to_luma{{sx, 0, 0.5 * sx - 0.5, 0, sy, 0.5 * sy - 0.5, 0, 0, 1}};
        map_ = inverse(to_luma) * registered.from_target * to_luma;
    }
    const double scale = map_.m[8];
    for (double& m : map_.m) m /= scale;
    affine_ = map_.m[6] == 0 && map_.m[7] == 0;
    block(*registered.sample, c, in_component(area, layout, c));
}

/// A sample is hidden where one of its luma pixels is.
void Probe::mark_halo(const PlateSample& sample, std::size_t face, int c) {
    const FaceArea& area = sample.areas[face];
    const int sx = image_.layout.log2_width(c), sy = image_.layout.log2_height(c);
    const Rect r = intersect(in_component(area.halo, image_.layout, c), reach_);
    for (int y = r.y0; y < r.y1; ++y) {
        for (int x = r.x0; x < r.x1; ++x) {
            bool shown = sample.scene != nullptr;
            for (int k = 0; shown && k < 1 << (sx + sy); ++k) {
                const int px = (x << sx) + (k & ((1 << sx) - 1)), py = (y << sy) + (k >> sx);
                shown = !area.halo.contains(px, py) || sample.scene->shows(face, area, px, py);
            }
            if (!shown) free_[index(x, y)] = Freedom::halo;
        }
    }
}

/// Notes, for all samples that the area can reach, whether they lie in the picture and outside every core and what a halo hides.
void Probe::block(const PlateSample& sample, int c, const Rect& area) {
    Rect there;
    for (int k = 0; k < 4; ++k) {
        const Point p = apply(map_, {static_cast<double>(k & 1 ? area.x1 : area.x0), static_cast<double>(k >> 1 ? area.y1 : area.y0)});
        there = unite(there, outer_rect({static_cast<float>(p.x) - 1, static_cast<float>(p.y) - 1, 2, 2}));
    }
    reach_ = intersect(grow(there, 2, 2), Rect{0, 0, bytes_.width, bytes_.height});
    if (reach_.empty()) {
        reach_ = {};
        return;
    }
    free_.assign(static_cast<std::size_t>(reach_.width()) * reach_.height(), Freedom::clear);
    const auto mark = [&](const Rect& rect, Freedom freedom) {
        const Rect r = intersect(in_component(rect, image_.layout, c), reach_);
        for (int y = r.y0; y < r.y1 && r.x0 < r.x1; ++y) {
            const auto row = free_.begin() + static_cast<std::ptrdiff_t>(index(r.x0, y));
            std::fill(row, row + r.width(), freedom);
        }
    };
    for (std::size_t k = 0; k < sample.areas.size(); ++k) mark_halo(sample, k, c);
    for (const FaceArea& face : sample.areas) mark(face.core, Freedom::core);
    sees_ = std::find_if(free_.begin(), free_.end(), [](Freedom f) { return f != Freedom::core; }) != free_.end();
    // Interpolation asks for four neighbours at once.
    square_free_.assign(free_.size(), Freedom::core);
    const std::size_t width = static_cast<std::size_t>(reach_.width());
    for (int y = 0; y + 1 < reach_.height(); ++y) {
        for (std::size_t i = static_cast<std::size_t>(y) * width, end = i + width - 1; i < end; ++i)
            square_free_[i] = std::min({free_[i], free_[i + 1], free_[i + width], free_[i + width + 1]});
    }
}

}  // namespace invisiblur
