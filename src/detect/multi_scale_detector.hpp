#pragma once
#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "detect/detection_size.hpp"
#include "detect/region_redetection.hpp"
#include "image/picture.hpp"
#include "invisiblur/anonymizer.hpp"

namespace invisiblur {

/// Finds faces in decoded pictures: scales and turns them upright for the detector, and gives boxes in coded source pixels.
/// Errors:  std::runtime_error when the detector fails.
/// Threads: one thread at a time; find() of what is no first picture of a shot may run beside redetect() in another thread.
class MultiScaleDetector {
public:
    /// Errors: as make_detector.
    MultiScaleDetector(const Options& options, const StreamShape& shape);

    /// With a detector of the caller's.
    /// Owns: the detector.
    MultiScaleDetector(std::unique_ptr<Detector> detector, const Options& options, const StreamShape& shape);

    /// The faces of the picture, highest score first. Calls take turns between two scales of the whole picture and, where small faces of a
    /// large picture would be too small in both, its tiles. Where a look shows a crowd of small faces, the picture is looked at in tiles as fine as it is, as well.
    /// Where the picture is what it was at an earlier look of the same kind, that look's answer counts again: the network is not run. Where
    /// little of it has changed, as before a camera that stands still, a large look is one through a window; now and then it is whole.
    /// In: new_shot, the picture is the first of a shot; the whole of it is looked at. small, the picture's luma, much smaller, by which
    /// pictures are compared; null to look in any case.
    std::vector<Face> find(const Picture& picture, bool new_shot = false, std::shared_ptr<const GrayImage> small = nullptr);

    /// Which of the turns the next find() has, where calls are not all that count. Units: calls, from 0.
    void take_turn(std::int64_t turn) { turn_ = turn; }

    /// Whether find() in most turns only glances (Detector::glance), which the caller makes up for: by asking decide() for what was seen so.
    bool glances() const { return decide_every_ > 0; }

    /// Whether a turn of find() is a glance.
    bool is_glance(std::int64_t turn) const { return glances() && turn % decide_every_ != 0; }

    /// Looks closer where faces are expected but were not found: enlarged, mirrored and tilted by up to half a turn. Each call
    /// tries a few of these ways, later calls the others, since a head stays tilted for a while.
    /// In:      predicted, source pixels; kMostLooks of them are looked at.
    /// Returns: at most one face for each predicted box, near it and of similar size.
    std::vector<Face> redetect(const Picture& picture, std::span<const Box> predicted);

    /// Glances once more where faces are expected, enlarged.
    /// Returns: as redetect().
    std::vector<Face> glance_again(const Picture& picture, std::span<const Box> predicted);

    /// Looks, enlarged, where something was seen: whether it is a face.
    /// In:      at most kMostLooks boxes, source pixels.
    /// Returns: for each box its face, none where it is no face.
    std::vector<std::optional<Face>> decide(const Picture& picture, std::span<const Box> seen);

    /// Every how many frames find() should look.
    int every() const { return every_; }

    std::string detector_name() const { return detector_->name(); }

    /// In how many calls of find() each place of the picture is looked at as closely as it gets, and faces of up to which size (source
    /// pixels) may need that.
    int round() const { return tiles_.columns > 0 ? 2 * tiles_.count() : 2; }
    float needs_tiles_px() const;

    static constexpr std::size_t kMostLooks = 6;

private:
    /// What a look at one part of the picture, at one size, gave.
    struct Seen {
        bool glance = false;
        DetectionSize size;
        Rect part;
        std::shared_ptr<const GrayImage> small;
        std::vector<Face> faces;
    };
    /// One look: at a part of the picture at a size, in pixels of that size.
    struct Look {
        bool glance = false;
        DetectionSize size;
        Rect part;
        bool news_will_do = false;  ///< nothing but what has changed needs to be looked at
    };
    Look look_of(std::int64_t turn, bool new_shot) const;
    std::vector<Look> crowd_looks(const Look& look, const std::vector<Face>& faces) const;
    std::vector<Face> look_unless_seen(const Picture& picture, const Look& look, std::shared_ptr<const GrayImage> small);
    std::optional<std::vector<Face>> look_at_news(const Picture& picture, Seen& before, const GrayImage& small);
    std::vector<Face> look_at(const Picture& picture, bool glance, DetectionSize size, const Rect& part);
    const RegionRedetection& closer(const Picture& picture, std::span<const Box> boxes);

    std::unique_ptr<Detector> detector_;
    std::mutex detecting_;  ///< held while the detector works
    DetectionSize size_;  // of the picture as it is coded, lying
    DetectionSize second_size_;
    std::array<DetectionSize, 2> glance_sizes_;  ///< at which glances take turns
    TileGrid tiles_;
    TileGrid crowd_tiles_;
    std::vector<Seen> seen_;  ///< the last look of each kind, in this shot
    std::int64_t turn_ = 0;
    std::int64_t looked_ = 0;
    int source_width_;
    int source_height_;
    int rotation_degrees_;
    int every_;
    int decide_every_;  ///< 0 where no look is a glance
    std::optional<RegionRedetection> closer_;
    unsigned looks_ = 0;
    unsigned glances_again_ = 0;
};

}  // namespace invisiblur
