#include "erase/background/confidence_map.hpp"

#include <algorithm>
#include <cmath>

#include "erase/fill/poisson.hpp"

namespace invisiblur {
namespace {

/// A core becomes about so many cells across: what counts for the eye is not the last pixel of detail.
constexpr int kCellsAcrossCore = 24;
/// Differences that noise alone makes between means of cells, in 8-bit steps.
constexpr double kNoise = 2;
constexpr std::size_t kFewestCells = 16;
/// Below the first nothing is painted, from the second on all of what the trial says.
constexpr double kLeastConfidence = 0.4;
constexpr double kClearConfidence = 0.7;

/// The patch as block means.
class Cells {
public:
    Cells(const ImageView& picture, const Plate& plate, std::span<const FaceArea> areas) : areas_(areas) {
        int across = plate.area.width();
        for (const FaceArea& face : areas) across = std::min({across, face.core.width(), face.core.height()});
        size_ = std::max(1, across / kCellsAcrossCore);
        width_ = plate.area.width() / size_;
        height_ = plate.area.height() / size_;
        scene.resize(static_cast<std::size_t>(width_) * height_);
        behind.resize(scene.size());
        kinds.assign(scene.size(), PoissonKind::outside);
        shell.assign(scene.size(), 0);
        average(picture, plate);
    }

    int width() const { return width_; }
    int height() const { return height_; }

    std::vector<float> scene, behind;
    std::vector<PoissonKind> kinds;      ///< wanted in a halo; given outside, where the plate is known
    std::vector<std::uint8_t> shell;  ///< in a halo, in no core, and the plate is known

private:
    void average(const ImageView& picture, const Plate& plate) {
        const std::size_t stride = static_cast<std::size_t>(plate.area.width());
        std::vector<float> luma(plate.known.size()), known(plate.known.size());
        read_luma(picture, plate.area, luma.data());
        read_luma(plate.image.view(), {0, 0, plate.area.width(), plate.area.height()}, known.data());
        for (std::size_t i = 0; i < scene.size(); ++i) {
            const int x0 = static_cast<int>(i) % width_ * size_, y0 = static_cast<int>(i) / width_ * size_;
            const Rect cell{plate.area.x0 + x0, plate.area.y0 + y0, plate.area.x0 + x0 + size_, plate.area.y0 + y0 + size_};
            const auto in = [&](const Rect& r) { return overlap(r, cell); };
            const bool core = std::any_of(areas_.begin(), areas_.end(), [&](const FaceArea& f) { return in(f.core); });
            const bool halo = std::any_of(areas_.begin(), areas_.end(), [&](const FaceArea& f) { return in(f.halo); });
            if (halo) kinds[i] = PoissonKind::wanted;
            if (core) continue;
            bool all_known = true;
            for (int y = y0; y < y0 + size_; ++y) {
                for (int x = x0; x < x0 + size_; ++x) {
                    const std::size_t k = static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x);
                    all_known &= plate.known[k] != 0;
                    scene[i] += luma[k], behind[i] += known[k];
                }
            }
            const float count = static_cast<float>(size_ * size_);
            scene[i] /= count, behind[i] /= count;
            if (halo) {
                shell[i] = all_known;
            } else if (all_known) {
                kinds[i] = PoissonKind::given;
            }
        }
    }

    std::span<const FaceArea> areas_;
    int size_ = 1;
    int width_ = 0;
    int height_ = 0;
};

}  // namespace

namespace {

/// What the shell's cells near a place say: their part of a weighted least-squares fit of the plate's detail to the truth.
struct Trial {
    double both = 0, squares = 0, weight = 0;
};

/// All trials, gathered in small squares of the map: what lies so near together weighs the same.
class Trials {
public:
    Trials(const Cells& cells, double noise) : squares_(kAcross * kAcross) {
        std::vector<float> without = cells.scene, change(cells.scene.size());
        for (std::size_t i = 0; i < change.size(); ++i) change[i] = cells.scene[i] - cells.behind[i];
        solve_poisson(without, cells.kinds, cells.width(), cells.height(), 0);
        solve_poisson(change, cells.kinds, cells.width(), cells.height(), 0);
        for (std::size_t i = 0; i < cells.shell.size(); ++i) {
            if (cells.shell[i] == 0) continue;
            const double detail = cells.behind[i] + change[i] - without[i], truth = cells.scene[i] - without[i];
            const double unexplained = std::min(std::abs(truth), std::abs(truth - detail)) / (4 * noise);
            const double weight = 1 / (1 + unexplained * unexplained);
            const int x = static_cast<int>(i) % cells.width() * kAcross / cells.width(), y = static_cast<int>(i) / cells.width() * kAcross / cells.height();
            Trial& sum = squares_[static_cast<std::size_t>(y * kAcross + x)];
            sum.both += weight * detail * truth, sum.squares += weight * detail * detail, sum.weight += weight;
            ++count_;
        }
    }

    std::size_t count() const { return count_; }

    /// Those around a part of the map, near ones counting most.
    Trial around(int part_x, int part_y) const {
        Trial sum;
        for (int y = 0; y < kAcross; ++y) {
            for (int x = 0; x < kAcross; ++x) {
                const Trial& t = squares_[static_cast<std::size_t>(y * kAcross + x)];
                if (t.weight <= 0) continue;
                const double dx = (x + 0.5) / kFiner - (part_x + 0.5), dy = (y + 0.5) / kFiner - (part_y + 0.5);
                const double near = 1 / (dx * dx + dy * dy + 1), w = near * near;
                sum.both += w * t.both, sum.squares += w * t.squares, sum.weight += w * t.weight;
            }
        }
        return sum;
    }

private:
    static constexpr int kFiner = 4;
    static constexpr int kAcross = ConfidenceMap::kSide * kFiner;
    std::vector<Trial> squares_;
    std::size_t count_ = 0;
};

float settled(double confidence) {
    const double t = std::clamp(confidence, 0.0, 1.0);
    return static_cast<float>(t * std::clamp((t - kLeastConfidence) / (kClearConfidence - kLeastConfidence), 0.0, 1.0));
}

}  // namespace

ConfidenceMap plate_confidence(const ImageView& picture, const Plate& plate, std::span<const FaceArea> areas) {
    const Cells cells(picture, plate, areas);
    if (std::find(cells.kinds.begin(), cells.kinds.end(), PoissonKind::given) == cells.kinds.end()) return {};
    const double noise = kNoise * (1 << (picture.layout.depth() - 8));
    const Trials trials(cells, noise);
    if (trials.count() < kFewestCells) return {};
    ConfidenceMap map;
    for (int k = 0; k < ConfidenceMap::kSide * ConfidenceMap::kSide; ++k) {
        const Trial sum = trials.around(k % ConfidenceMap::kSide, k / ConfidenceMap::kSide);
        // The noise's part keeps a plate without detail, which does neither good nor harm.
        const double prior = sum.weight * noise * noise;
        map.parts.push_back(settled((sum.both + prior) / (sum.squares + prior)));
    }
    return map;
}

void try_plate(const ImageView& picture, Plate& plate, std::span<const FaceArea> areas) {
    const int width = plate.area.width(), height = plate.area.height();
    if (!plate.confidence) plate.confidence = plate_confidence(picture, plate, areas);
    if (plate.confidence->whole()) return;
    std::size_t i = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x, ++i) {
            if (plate.known[i] == 0) continue;
            const float u = (static_cast<float>(x) + 0.5F) / static_cast<float>(width), v = (static_cast<float>(y) + 0.5F) / static_cast<float>(height);
            if (plate.confidence->at(u, v) <= 0) plate.known[i] = 0;
        }
    }
}

}  // namespace invisiblur
