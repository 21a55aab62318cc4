#include "erase/background/seam.hpp"

#include <algorithm>
#include <cmath>

#include "erase/fill/poisson.hpp"
#include "erase/region/face_area.hpp"
#include "image/connected.hpp"
#include "image/summed_area.hpp"

namespace invisiblur {
namespace {

/// Beyond this an edge is not off by its light: something else is there. In 8-bit steps.
constexpr float kMostLight = 24;
/// Differences are means over so many pixels to each side: what is laid a pixel off still is the same.
constexpr int kReach = 4;

/// One component of a piece along its edge.
class Seam {
public:
    Seam(LaidPiece& piece, const Plate& plate, std::span<const std::uint8_t> scene, int c)
        : piece_(piece), c_(c), where_(in_component({0, 0, plate.area.width(), plate.area.height()}, plate.image.view().layout, c)),
          most_(kMostLight * static_cast<float>(1 << (plate.image.view().layout.depth() - 8))), laid_(samples_of(piece.plate)) {
        find_edge(scene);
        compare(samples_of(plate));
    }

    bool meets(const SeamDemand& demand) const {
        std::ptrdiff_t all = 0, off = 0;
        for (std::size_t i = 0; i < kinds_.size(); ++i) {
            if (kinds_[i] == PoissonKind::given) ++all, off += std::abs(change_[i]) > most_;
        }
        return all >= demand.least_edge_px && static_cast<double>(off) <= demand.most_off * static_cast<double>(all);
    }

    void take_light() {
        for (std::size_t i = 0; i < kinds_.size(); ++i) {
            if (std::abs(change_[i]) > most_) kinds_[i] = PoissonKind::outside;
        }
        solve_poisson(change_, kinds_, where_.width(), where_.height(), 0);
        for (std::size_t i = 0; i < laid_.size(); ++i) {
            if (kinds_[i] == PoissonKind::wanted) laid_[i] += change_[i];
        }
        write_component(piece_.plate.image.view(), c_, where_, laid_.data());
    }

private:
    std::vector<float> samples_of(const Plate& plate) const {
        return component_samples(plate.image.view(), c_, where_);
    }

    /// Wanted for what is taken, given beside it where all of a sample's luma pixels can be compared.
    void find_edge(std::span<const std::uint8_t> scene) {
        const PixelLayout& layout = piece_.plate.image.view().layout;
        const auto width = static_cast<std::size_t>(piece_.plate.area.width()), row = static_cast<std::size_t>(where_.width());
        kinds_.assign(laid_.size(), PoissonKind::outside);
        comparable_.assign(laid_.size(), 1);
        for (std::size_t i = 0; i < piece_.which.size(); ++i) {
            const std::size_t k = (i / width >> layout.log2_height(c_)) * row + (i % width >> layout.log2_width(c_));
            if (piece_.which[i] != 0) kinds_[k] = PoissonKind::wanted;
            if (piece_.which[i] != 0 || piece_.plate.known[i] == 0 || scene[i] == 0) comparable_[k] = 0;
        }
        const auto is_taken = [&](std::size_t k) { return kinds_[k] == PoissonKind::wanted; };
        std::size_t i = 0;
        for (int y = 0; y < where_.height(); ++y) {
            for (int x = 0; x < where_.width(); ++x, ++i) {
                if (comparable_[i] != 0 && any_neighbour(x, y, where_.width(), where_.height(), is_taken)) kinds_[i] = PoissonKind::given;
            }
        }
    }

    void compare(const std::vector<float>& behind) {
        const CountedArea differences(where_.width(), where_.height(), [&](std::size_t i) { return comparable_[i] != 0; }, [&](std::size_t i) { return behind[i] - laid_[i]; });
        change_.assign(laid_.size(), 0.0F);
        std::size_t i = 0;
        for (int y = 0; y < where_.height(); ++y) {
            for (int x = 0; x < where_.width(); ++x, ++i) {
                if (kinds_[i] == PoissonKind::given) change_[i] = static_cast<float>(differences.mean(intersect(grow(Rect{x, y, x + 1, y + 1}, kReach, kReach), where_)));
            }
        }
    }

    LaidPiece& piece_;
    int c_;
    Rect where_;
    float most_;
    std::vector<float> laid_, change_;
    std::vector<PoissonKind> kinds_;
    std::vector<std::uint8_t> comparable_;
};

}  // namespace

bool fit_in(LaidPiece& piece, const Plate& plate, std::span<const std::uint8_t> scene, const SeamDemand& demand) {
    for (int c = 0; c < plate.image.view().layout.component_count; ++c) {
        Seam seam(piece, plate, scene, c);
        if (c == 0 && !seam.meets(demand)) return false;
        seam.take_light();
    }
    return true;
}

}  // namespace invisiblur
