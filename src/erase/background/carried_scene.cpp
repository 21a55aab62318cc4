#include "erase/background/carried_scene.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "erase/background/completion.hpp"
#include "erase/background/laid_plate.hpp"
#include "erase/background/local_alignment.hpp"
#include "erase/background/person_area.hpp"
#include "erase/background/seam.hpp"

namespace invisiblur {
namespace {

/// Slivers of less than this part of what was wanted are not worth exemplars: the smooth membrane closes them.
constexpr double kSliver = 0.05;

/// As far as what is to be seen around may still move a piece from where the camera's motion puts it.
constexpr int kReservePx = 16;

/// Some keys of a camera that moves, at usual frame rates, and no longer than it takes to look elsewhere. Units: frames.
constexpr std::int64_t kMomentFrames = 24;

/// A third of an edge may be off: what came or went beside it; with less of it beside scene nothing can be said. What lay there a moment ago stays where a part of it still meets the scene, or
/// nothing tells (water moves, light falls otherwise): made up anew it would pop.
constexpr SeamDemand kElsewhere{1.0 / 3, 16}, kAMomentAgo{3.0 / 4, 0};

/// How a piece comes to lie on a part of a frame; nothing where it lies elsewhere. Where what is to be seen around does not say it the camera's motion does, unless that is only
/// guessed.
std::optional<Laying> laying_of(const MadeUpPiece& piece, const ReferenceFrame& frame, const Rect& area, const LocalAlignment& around) {
    const Homography map = inverse(piece.frame.pose.to_start) * frame.pose.to_start;
    if (!overlap(grow(carried_rect(area, map), kReservePx, kReservePx), piece.plate.area)) return std::nullopt;
    if (const auto fit = around.fit({&piece.frame.sample, map})) return Laying{fit->from_target, fit->light};
    if (piece.frame.pose.stretch != frame.pose.stretch) return std::nullopt;
    return Laying{map};
}

/// What is asked of a piece to which the camera's way is lost; of several the nearest may be of a moment ago.
SeamDemand demand_of(const MadeUpPiece& piece, const ReferenceFrame& frame, const MadeUpPieces& pieces) {
    const auto distance = [&](const MadeUpPiece& p) { return std::abs(p.frame.sample.index - frame.sample.index); };
    const bool nearest = std::ranges::none_of(pieces, [&](const auto& other) { return distance(*other) < distance(piece); });
    return nearest && distance(piece) <= kMomentFrames ? kAMomentAgo : kElsewhere;
}

/// Of an area's pixels that a frame's plate knows, 1 for those that are somebody's body: what is hidden and known all the same others showed.
std::vector<std::uint8_t> bodies_in(const Plate& plate, const PlateSample& shown) {
    std::vector<std::uint8_t> bodies = beside_persons(plate.area, std::span(&shown, 1));
    const std::vector<std::uint8_t> hidden = near_persons(plate.area, shown.areas, 0);
    for (std::size_t i = 0; i < bodies.size(); ++i) bodies[i] = plate.known[i] != 0 && bodies[i] == 0 && hidden[i] == 0;
    return bodies;
}

/// Likewise, 1 for those that are scene.
std::vector<std::uint8_t> scene_in(const Plate& plate, const PlateSample& shown) {
    std::vector<std::uint8_t> scene = bodies_in(plate, shown);
    for (std::size_t i = 0; i < scene.size(); ++i) scene[i] = plate.known[i] != 0 && scene[i] == 0;
    return scene;
}

/// A plate without what is somebody's body: a collar moves with the head that hides what was made up above it, and a line of it would be laid with that.
Plate beside_bodies(const Plate& plate, const PlateSample& shown) {
    Plate piece = crop_plate(plate, plate.area);
    const std::vector<std::uint8_t> scene = beside_persons(plate.area, std::span(&shown, 1));
    for (std::size_t i = 0; i < scene.size(); ++i) piece.known[i] &= static_cast<std::uint8_t>(scene[i] | piece.made_up[i]);
    return piece;
}

std::ptrdiff_t unknown_in(const Plate& plate, std::span<const std::uint8_t> wanted) {
    std::ptrdiff_t count = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) count += wanted[i] != 0 && plate.known[i] == 0;
    return count;
}

}  // namespace

void lay_pieces(const MadeUpPieces& pieces, const ReferenceFrame& frame, std::span<const std::uint8_t> wanted, Plate& plate) {
    if (pieces.empty() || unknown_in(plate, wanted) == 0) return;
    const LocalAlignment around(frame.sample, plate.area);
    // Where the way is known, a fine pattern that lies half a pixel off is no other scene.
    const auto knows_way = [&](const auto& piece) { return piece->frame.pose.stretch == frame.pose.stretch; };
    const std::vector<std::uint8_t> scene = std::ranges::all_of(pieces, knows_way) ? std::vector<std::uint8_t>() : scene_in(plate, frame.sample);
    for (const auto& piece : pieces) {
        const auto laying = laying_of(*piece, frame, plate.area, around);
        auto laid = laying ? lay_made_up(piece->plate, *laying, wanted, plate) : std::nullopt;
        if (!laid || (!knows_way(piece) && !fit_in(*laid, plate, scene, demand_of(*piece, frame, pieces)))) continue;
        lay_over(plate, laid->plate, laid->which);
        if (unknown_in(plate, wanted) == 0) return;
    }
}

void fill_from_scene(Plate& plate, std::span<const std::uint8_t> wanted, const PlateSample& shown) {
    const std::vector<std::uint8_t> bodies = bodies_in(plate, shown);
    std::vector<std::uint8_t> filled(wanted.begin(), wanted.end());
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        if (bodies[i] != 0) plate.known[i] = filled[i] = 0;
    }
    fill_unknown(plate, filled);
    for (std::size_t i = 0; i < bodies.size(); ++i) plate.known[i] |= bodies[i];
}

void CarriedScene::complete(const ReferenceFrame& frame, const PlateSample& shown, std::span<const std::uint8_t> wanted, Plate& plate) {
    lay_pieces(pieces_, frame, wanted, plate);
    const auto missing = unknown_in(plate, wanted);
    if (static_cast<double>(missing) <= kSliver * static_cast<double>(std::count(wanted.begin(), wanted.end(), 1))) return;
    complete_plate(plate, std::span(&shown, 1), wanted);
    if (most_pieces_ == 0 || unknown_in(plate, wanted) == missing) return;
    if (pieces_.size() >= most_pieces_) pieces_.erase(pieces_.begin());
    pieces_.push_back(std::make_shared<const MadeUpPiece>(MadeUpPiece{frame, beside_bodies(plate, shown)}));
}

}  // namespace invisiblur
