#include "erase/mask/soft_halo.hpp"

#include <algorithm>
#include <cmath>

#include "erase/region/body_reach.hpp"
#include "image/connected.hpp"
#include "image/summed_area.hpp"

namespace invisiblur {
namespace {

/// What goes on beyond the halo is whole again at this part of the halo's depth, on the way along itself.
constexpr float kFadeDepth = 0.5F;
/// The depth of a body's reach, in statures: what goes on beyond it is no part of the person, and is cut with a short fade.
constexpr double kBodyDepth = 0.02;
/// As far as the windows reach whose means decide, by default.
constexpr int kStrandPx = 6;
/// The rim's half width. Changes are decided on means over a wider window, so a hair's edge lies well inside.
constexpr int kRimPx = 2;
/// Less than this part of a 40-step change is not seen.
constexpr float kLeastWeight = 1.0F / 16;

/// For each pixel of a patch: how deep the deepest halo, or reach of a body, is that it lies in, in pixels; 0 outside all.
std::vector<int> halo_depths(const MaskPatch& patch, const PatchPlan& plan) {
    std::vector<int> depths(patch.cells.size(), 0);
    for (const FaceArea& face : plan.faces) {
        const Rect body = intersect(face.body, patch.area);
        const int depth = face.hides_body() ? std::max(1, static_cast<int>(kBodyDepth * BodyReach(face).stature_px())) : 0;
        for (int y = body.y0; y < body.y1; ++y) {
            const auto row = depths.begin() + static_cast<std::ptrdiff_t>(y - patch.area.y0) * patch.area.width();
            for (int x = body.x0; x < body.x1; ++x) row[x - patch.area.x0] = std::max(row[x - patch.area.x0], depth);
        }
    }
    for (const FaceArea& face : plan.faces) {
        const int depth = std::max({1, face.core.x0 - face.halo.x0, face.halo.x1 - face.core.x1, face.core.y0 - face.halo.y0,
                                    face.halo.y1 - face.core.y1});
        const Rect whole = intersect(unite(face.halo, face.core), patch.area);
        for (int y = whole.y0; y < whole.y1; ++y) {
            const auto [first, end] = halo_row(face, y);
            for (int x = std::max(first, whole.x0); x < std::min(end, whole.x1); ++x) {
                int& here = depths[static_cast<std::size_t>(y - patch.area.y0) * patch.area.width() + (x - patch.area.x0)];
                here = std::max(here, depth);
            }
        }
    }
    return depths;
}

bool is_held(const MaskPatch& patch, std::size_t i) {
    return !patch.held.empty() && patch.held[i] != 0;
}

/// Walks over the replaced pixels of a patch from those that touch what lies beyond the halos.
class WayFromBeyond {
public:
    WayFromBeyond(const MaskPatch& patch, const std::vector<int>& depths)
        : patch_(patch), width_(patch.area.width()), height_(patch.area.height()), steps_(patch.cells.size(), 0) {
        std::vector<int> front;
        for (int i = 0; i < static_cast<int>(patch.cells.size()); ++i) {
            if (patch.cells[static_cast<std::size_t>(i)] != Cell::replace || !goes_on(i, depths)) continue;
            steps_[static_cast<std::size_t>(i)] = 1;
            front.push_back(i);
        }
        const int deepest = depths.empty() ? 0 : *std::max_element(depths.begin(), depths.end());
        // Four and eight neighbours in turn: octagons, nearly round.
        for (int step = 2; !front.empty() && step <= deepest; ++step) front = next(front, step);
    }

    /// Steps from beyond, from 1 on; 0 where there is no way, or a long one.
    int steps(std::size_t i) const { return steps_[i]; }

private:
    template <class Function>
    void each_neighbour(int i, int count, Function function) const {
        static constexpr int kDx[8] = {-1, 1, 0, 0, -1, 1, -1, 1}, kDy[8] = {0, 0, -1, 1, -1, -1, 1, 1};
        const int x = i % width_, y = i / width_;
        for (int k = 0; k < count; ++k) {
            const int nx = x + kDx[k], ny = y + kDy[k];
            if (nx >= 0 && ny >= 0 && nx < width_ && ny < height_) function(ny * width_ + nx);
        }
    }

    /// Beyond the patch there is nothing: the picture ends. What is replaced only for something near it ends here.
    bool goes_on(int i, const std::vector<int>& depths) const {
        bool on = false;
        if (!patch_.foreign.empty() && patch_.foreign[static_cast<std::size_t>(i)] == 0) return false;
        each_neighbour(i, 4, [&](int n) { on |= depths[static_cast<std::size_t>(n)] == 0; });
        return on;
    }

    std::vector<int> next(const std::vector<int>& front, int step) {
        std::vector<int> reached;
        for (const int i : front) {
            each_neighbour(i, step % 2 == 0 ? 4 : 8, [&](int n) {
                const std::size_t k = static_cast<std::size_t>(n);
                if (patch_.cells[k] != Cell::replace || steps_[k] != 0) return;
                steps_[k] = step;
                reached.push_back(n);
            });
        }
        return reached;
    }

    const MaskPatch& patch_;
    int width_;
    int height_;
    std::vector<int> steps_;
};

void fade_out(MaskPatch& patch, const std::vector<int>& depths) {
    const WayFromBeyond way(patch, depths);
    for (std::size_t i = 0; i < patch.cells.size(); ++i) {
        if (way.steps(i) == 0) continue;
        const float t = std::min(1.0F, static_cast<float>(way.steps(i) - 1) / (kFadeDepth * static_cast<float>(depths[i]) + 1));
        patch.weights[i] = t * t * (3 - 2 * t);
    }
}

/// What does not hang together with a core, or with what is known to be a person, is no part of a head: a passer-by, or a place where the plate is a little
/// off.
void keep_connected(MaskPatch& patch) {
    std::vector<std::uint8_t> cores(patch.cells.size()), replaced(patch.cells.size());
    for (std::size_t i = 0; i < patch.cells.size(); ++i) {
        cores[i] = patch.cells[i] == Cell::core || (!patch.people.empty() && patch.people[i] != 0);
        replaced[i] = is_replaced(patch.cells[i]);
    }
    const std::vector<std::uint8_t> reached = connected_to(cores, replaced, patch.area.width(), patch.area.height());
    for (std::size_t i = 0; i < patch.cells.size(); ++i) {
        if (patch.cells[i] == Cell::replace && reached[i] == 0) patch.cells[i] = Cell::keep;
    }
}

/// A mean over a window does not tell the last strand of hair from the wall beside it: what itself differs from the plate and hangs together with
/// what is replaced, up to a window's radius away, goes with it.
/// In: depths, as halo_depths().
void take_strands(MaskPatch& patch, const std::vector<int>& depths) {
    if (patch.foreign.empty()) return;
    std::vector<int> front;
    for (int i = 0; i < static_cast<int>(patch.cells.size()); ++i) {
        if (is_replaced(patch.cells[static_cast<std::size_t>(i)])) front.push_back(i);
    }
    for (int step = 0; step < kStrandPx; ++step) {
        front = neighbours_of(front, patch.area.width(), patch.area.height(), [&](int i) {
            const auto k = static_cast<std::size_t>(i);
            if (depths[k] == 0 || patch.cells[k] != Cell::keep || patch.foreign[k] == 0 || is_held(patch, k)) return false;
            patch.cells[k] = Cell::replace;
            return true;
        });
    }
}

/// What is kept and surrounded by what is replaced goes too: of a label as bright as the wall, on a book before a face, a few letters would be
/// left. Where a hole shows the plate, nobody sees the difference.
/// In: depths, as halo_depths().
void close_holes(MaskPatch& patch, const std::vector<int>& depths) {
    const int width = patch.area.width(), height = patch.area.height();
    std::vector<std::uint8_t> kept(patch.cells.size()), ways_out(patch.cells.size());
    const auto is_way_out = [&](std::size_t i) { return depths[i] == 0 || is_held(patch, i); };
    std::size_t at = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x, ++at) {
            kept[at] = depths[at] > 0 && !is_replaced(patch.cells[at]);
            ways_out[at] = any_neighbour(x, y, width, height, is_way_out);
        }
    }
    const std::vector<std::uint8_t> open = connected_to(ways_out, kept, width, height);
    for (std::size_t i = 0; i < patch.cells.size(); ++i) {
        if (depths[i] > 0 && patch.cells[i] == Cell::keep && open[i] == 0 && !is_held(patch, i)) patch.cells[i] = Cell::replace;
    }
}

/// Each weight becomes the mean around it.
void soften_rim(MaskPatch& patch) {
    const Rect bounds{0, 0, patch.area.width(), patch.area.height()};
    const SummedArea sums(bounds.x1, bounds.y1, [&](std::size_t i) { return is_replaced(patch.cells[i]) ? patch.weights[i] : 0.0F; });
    std::size_t i = 0;
    for (int y = 0; y < bounds.y1; ++y) {
        for (int x = 0; x < bounds.x1; ++x, ++i) {
            if (patch.cells[i] != Cell::replace) continue;
            const Rect window = intersect(grow(Rect{x, y, x + 1, y + 1}, kRimPx, kRimPx), bounds);
            patch.weights[i] = std::min(1.0F, static_cast<float>(sums.sum(window) / (static_cast<double>(window.width()) * window.height())));
        }
    }
}

/// A pixel of several halos follows the one that is farthest come.
void fade(MaskPatch& patch, const PatchPlan& plan) {
    if (std::all_of(plan.faces.begin(), plan.faces.end(), [](const FaceArea& f) { return f.fade >= 1; })) return;
    const int width = patch.area.width();
    for (std::size_t i = 0; i < patch.cells.size(); ++i) {
        if (patch.cells[i] != Cell::replace) continue;
        const int x = patch.area.x0 + static_cast<int>(i) % width, y = patch.area.y0 + static_cast<int>(i) / width;
        float most = 0;
        for (const FaceArea& face : plan.faces) {
            if (in_halo(face, x, y)) most = std::max(most, face.fade);
        }
        patch.weights[i] *= most;
    }
}

}  // namespace

void soften_halo(MaskPatch& patch, const PatchPlan& plan) {
    patch.weights.assign(patch.cells.size(), 1.0F);
    if (!patch.plate_fits) {
        std::replace(patch.cells.begin(), patch.cells.end(), Cell::replace, Cell::keep);
        return;
    }
    const std::vector<int> depths = halo_depths(patch, plan);
    keep_connected(patch);
    take_strands(patch, depths);
    close_holes(patch, depths);
    fade_out(patch, depths);
    soften_rim(patch);
    fade(patch, plan);
    for (std::size_t i = 0; i < patch.cells.size(); ++i) {
        if (patch.cells[i] == Cell::replace && patch.weights[i] < kLeastWeight) patch.cells[i] = Cell::keep;
    }
}

std::vector<float> component_weights(const MaskPatch& patch, const std::vector<Cell>& cells, const PixelLayout& layout, int c,
                                     bool interlaced) {
    if (patch.weights.empty()) return std::vector<float>(cells.size(), 1.0F);
    if (!layout.components[c].subsampled) return patch.weights;
    std::vector<float> weights(cells.size(), 0.0F);
    const int width = patch.area.width(), chroma_width = in_component(patch.area, layout, c).width();
    for (int y = 0; y < patch.area.height(); ++y) {
        for (int x = 0; x < width; ++x) {
            const std::size_t i = static_cast<std::size_t>(y) * width + x;
            if (!is_replaced(patch.cells[i])) continue;
            each_chroma_row(layout, interlaced, y, patch.area.height(), [&](int row) {
                float& weight = weights[static_cast<std::size_t>(row) * chroma_width + (x >> layout.log2_chroma_width)];
                weight = std::max(weight, patch.weights[i]);
            });
        }
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i] == Cell::core) weights[i] = 1;
    }
    return weights;
}

}  // namespace invisiblur
