#pragma once
#include <deque>
#include <optional>

#include "motion/picture_sketch.hpp"

namespace invisiblur {

/// Finds gradual transitions: dissolves, and fades to and from black or any other flat picture.
/// Method:  twin comparison (Zhang, Kankanhalli, Smoliar 1993) says where to look: two pictures some time apart differ, though no two neighbours do. Whether it
///          is an edit tells its production model (Hampapur, Jain, Weymouth 1994): each picture between is a mixture of those two, the share of the second one
///          grows from picture to picture and stands still on both sides. A pan, a passer-by and a wipe are no mixtures; a change of exposure is one, but of alike scenes.
/// Memory:  sketches of kLongest pictures.
/// Order:   pictures as they are shown.
/// Threads: one thread at a time.
class TransitionDetector {
public:
    /// The most pictures that are compared: two seconds at 48 a second, of which a transition may take three quarters.
    static constexpr int kLongest = 96;

    /// Takes the next picture. Returns: where a transition has just ended, in how many pictures before this one the scenes are mixed; the next one begins anew here.
    std::optional<int> push(const PictureSketch& sketch);

    /// Says that a shot begins with the next picture: no earlier one is compared with.
    void begin_shot() { history_.clear(); }

private:
    std::optional<int> ended_in(int span) const;

    std::deque<PictureSketch> history_;  ///< of the shot's last pictures, the newest last
};

}  // namespace invisiblur
