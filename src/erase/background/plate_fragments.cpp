#include "erase/background/plate_fragments.hpp"

#include <algorithm>

#include "erase/background/known_share.hpp"

namespace invisiblur {
namespace {

/// The surroundings reach this part of a core's shorter side to each side: about as far as an eye or a mouth.
constexpr double kReachPart = 1.0 / 8;

class Fragments {
public:
    Fragments(Plate& plate, std::span<const std::uint8_t> wanted) : plate_(plate), share_(plate, wanted) {}

    void drop_pieces(std::span<const FaceArea> faces) {
        std::vector<std::uint8_t> drop(plate_.known.size(), 0);
        for (const FaceArea& face : faces) {
            const int reach = static_cast<int>(kReachPart * std::min(face.core.width(), face.core.height()));
            each(unite(face.core, face.halo), [&](int x, int y) { drop[index(x, y)] |= !share_.mostly_known(x, y, reach); });
        }
        take_back(drop);
    }

    void drop_hardly_known(std::span<const FaceArea> faces, double least) {
        share_.count_again(plate_);
        std::vector<std::uint8_t> keep(plate_.known.size(), 0), drop(plate_.known.size(), 0);
        for (const FaceArea& face : faces) {
            const Rect core = within(face.core, plate_.area);
            if (core.empty()) continue;
            std::vector<std::uint8_t>& verdict = share_.at_least(least, core) ? keep : drop;
            each(unite(face.core, face.halo), [&](int x, int y) { verdict[index(x, y)] = 1; });
        }
        for (std::size_t i = 0; i < drop.size(); ++i) drop[i] &= keep[i] == 0;
        take_back(drop);
    }

    bool changed() const { return changed_; }

private:
    std::size_t index(int x, int y) const { return static_cast<std::size_t>(y) * plate_.area.width() + x; }

    template <class Function>
    void each(const Rect& r, Function function) const {
        const Rect part = within(r, plate_.area);
        for (int y = part.y0; y < part.y1; ++y)
            for (int x = part.x0; x < part.x1; ++x) function(x, y);
    }

    void take_back(const std::vector<std::uint8_t>& drop) {
        for (std::size_t i = 0; i < drop.size(); ++i) {
            if (drop[i] == 0 || plate_.known[i] == 0) continue;
            plate_.known[i] = 0;
            changed_ = true;
        }
    }

    Plate& plate_;
    KnownShare share_;
    bool changed_ = false;
};

}  // namespace

bool drop_fragments(Plate& plate, std::span<const std::uint8_t> wanted, std::span<const FaceArea> faces, double least) {
    const auto unknown = std::count(plate.known.begin(), plate.known.end(), 0);
    if (unknown == 0 || unknown == static_cast<std::ptrdiff_t>(plate.known.size())) return false;
    Fragments fragments(plate, wanted);
    fragments.drop_pieces(faces);
    fragments.drop_hardly_known(faces, least);
    return fragments.changed();
}

}  // namespace invisiblur
