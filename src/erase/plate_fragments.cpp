#include "erase/plate_fragments.hpp"

#include <algorithm>

#include "erase/summed_area.hpp"

namespace invisiblur {
namespace {

/// The surroundings reach this part of a core's shorter side to each side: about as far as an eye or a mouth.
constexpr double kReachPart = 1.0 / 8;
/// At least so much of them must be known.
constexpr double kMostlyKnown = 0.75;

class Fragments {
public:
    Fragments(Plate& plate, std::span<const std::uint8_t> wanted)
        : plate_(plate), bounds_{0, 0, plate.area.width(), plate.area.height()}, known_(bounds_.x1, bounds_.y1), counts_(bounds_.x1, bounds_.y1) {
        for (int y = 0; y < bounds_.y1; ++y)
            for (int x = 0; x < bounds_.x1; ++x) counts_.set(x, y, wanted.empty() || wanted[index(x, y)] != 0 ? 1 : 0);
    }

    void drop_pieces(std::span<const FaceArea> faces) {
        sum_up();
        std::vector<std::uint8_t> drop(plate_.known.size(), 0);
        for (const FaceArea& face : faces) {
            const int reach = static_cast<int>(kReachPart * std::min(face.core.width(), face.core.height()));
            each(unite(face.core, face.halo), [&](int x, int y) {
                const Rect window = intersect(grow(Rect{x, y, x + 1, y + 1}, reach, reach), bounds_);
                drop[index(x, y)] |= known_.sum(window) < kMostlyKnown * counts_.sum(window);
            });
        }
        take_back(drop);
    }

    void drop_hardly_known(std::span<const FaceArea> faces) {
        sum_up();
        std::vector<std::uint8_t> keep(plate_.known.size(), 0), drop(plate_.known.size(), 0);
        for (const FaceArea& face : faces) {
            const Rect core = here(face.core);
            if (core.empty()) continue;
            const bool enough = known_.sum(core) >= kLeastOfCore * counts_.sum(core);
            std::vector<std::uint8_t>& verdict = enough ? keep : drop;
            each(unite(face.core, face.halo), [&](int x, int y) { verdict[index(x, y)] = 1; });
        }
        for (std::size_t i = 0; i < drop.size(); ++i) drop[i] &= keep[i] == 0;
        take_back(drop);
    }

    bool changed() const { return changed_; }

private:
    std::size_t index(int x, int y) const { return static_cast<std::size_t>(y) * bounds_.x1 + x; }

    /// The part of a rectangle that lies in the plate, in its own pixels.
    Rect here(const Rect& r) const {
        const Rect shared = intersect(r, plate_.area);
        if (shared.empty()) return {};
        return {shared.x0 - plate_.area.x0, shared.y0 - plate_.area.y0, shared.x1 - plate_.area.x0, shared.y1 - plate_.area.y0};
    }

    template <class Function>
    void each(const Rect& r, Function function) const {
        const Rect part = here(r);
        for (int y = part.y0; y < part.y1; ++y)
            for (int x = part.x0; x < part.x1; ++x) function(x, y);
    }

    void sum_up() {
        for (int y = 0; y < bounds_.y1; ++y)
            for (int x = 0; x < bounds_.x1; ++x) known_.set(x, y, plate_.known[index(x, y)]);
    }

    void take_back(const std::vector<std::uint8_t>& drop) {
        for (std::size_t i = 0; i < drop.size(); ++i) {
            if (drop[i] == 0 || plate_.known[i] == 0) continue;
            plate_.known[i] = 0;
            changed_ = true;
        }
    }

    Plate& plate_;
    Rect bounds_;
    SummedArea known_, counts_;
    bool changed_ = false;
};

}  // namespace

bool drop_fragments(Plate& plate, std::span<const std::uint8_t> wanted, std::span<const FaceArea> faces) {
    const auto unknown = std::count(plate.known.begin(), plate.known.end(), 0);
    if (unknown == 0 || unknown == static_cast<std::ptrdiff_t>(plate.known.size())) return false;
    Fragments fragments(plate, wanted);
    fragments.drop_pieces(faces);
    fragments.drop_hardly_known(faces);
    return fragments.changed();
}

}  // namespace invisiblur
