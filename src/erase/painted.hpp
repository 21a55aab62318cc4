#pragma once
#include <cstdint>
#include <map>
#include <mutex>

#include "erase/mask/mask.hpp"
#include "invisiblur/tracks.hpp"

namespace invisiblur {

/// Adds up, face by face, how much of what was painted had been seen in other frames, and how much had not.
/// Threads: safe.
class PaintedSum {
public:
    /// In: patch, decided and softened for the faces of its plan; plate, what is painted there.
    void add(const MaskPatch& patch, const Plate& plate, std::span<const FaceArea> faces);

    std::map<int, PaintedShare> by_track() const {
        const std::lock_guard lock(mutex_);
        return sums_;
    }

private:
    mutable std::mutex mutex_;
    std::map<int, PaintedShare> sums_;
};

/// Whether a pixel of a patch is painted as no frame showed it.
inline bool is_unseen(const MaskPatch& patch, const Plate& plate, std::size_t i) {
    return !patch.plate_fits || plate.known[i] == 0 || plate.is_made_up(i);
}

}  // namespace invisiblur
