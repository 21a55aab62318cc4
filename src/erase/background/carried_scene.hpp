#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "erase/background/warped_sampler.hpp"
#include "motion/camera.hpp"

namespace invisiblur {

/// One frame's surroundings of its heads with nobody in them: what it shows itself, what others showed of it, the rest made up.
struct SceneKey {
    std::int64_t index = 0;  ///< of the frame
    int stretch = 0;         ///< of its pose
    Homography to_shot;      ///< from its pixels to the shot's first frame's, Camera::Line's
    std::shared_ptr<const Plate> plate;
};

/// Where a frame stands in its shot.
struct ShotPlace {
    int stretch = 0;
    Homography to_shot;
};

/// A key that shows what a frame shows around its heads, but for the change of light: what is added to each component of it.
struct FittingKey {
    std::shared_ptr<const Plate> plate;  ///< null for none
    Homography to_key;                   ///< from the frame's pixels to the key's
    std::array<float, 4> light{};
};

/// What stands behind the faces of a shot whose camera moves, where no frame shows it: made up once in a key frame and carried on by the camera's
/// motion. A new key is made only where the faces have come to stand before something that no key holds, and takes over what it shares with those before it,
/// so that nothing is made up twice while it is in view.
/// Threads: one thread at a time; keys() of one may be read while others are added.
class CarriedScene {
public:
    /// In: reach_px, how far around halos a plate is wanted.
    explicit CarriedScene(int reach_px, std::vector<SceneKey> keys = {}) : reach_px_(reach_px), keys_(std::move(keys)) {}

    /// Whether a frame's faces stand before something that no key of its stretch holds as it looks now.
    bool needs_key(const PlateSample& sample, const ShotPlace& place) const;

    /// Makes a frame a key.
    /// In: sample, its areas set; others, frames of the shot and the maps from its pixels to each one's, nearest in time first.
    void add_key(const PlateSample& sample, const ShotPlace& place, std::span<const RegisteredSample> others);

    const std::vector<SceneKey>& keys() const { return keys_; }

    /// The key to ask for a frame: of those that hold what its faces stand before, and show what it shows around them, the nearest in time, of its own
    /// stretch before all others.
    FittingKey key_for(const PlateSample& sample, const ShotPlace& place) const;

private:
    FittingKey key_among(const PlateSample& sample, const ShotPlace& place, bool own) const;

    int reach_px_;
    std::vector<SceneKey> keys_;  ///< in the order of frames
};

/// Gives a plate's unknown pixels what a key holds of them; where the plate's detail is not trusted, its mixture with the key's instead of the
/// smooth membrane. Nothing changes where the key does not hold all that is wanted.
/// In: wanted, 1 for the plate's pixels that count.
void complete_from(Plate& plate, const FittingKey& key, std::span<const std::uint8_t> wanted);

}  // namespace invisiblur
