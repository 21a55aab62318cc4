#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "track/luma_history.hpp"
#include "track/tracklet.hpp"

namespace invisiblur {

/// What was marked by a box, followed from frame to frame in one direction of time: by the flow that carries faces, held to what it looked like
/// when it was marked, and found again by that look where flow loses it.
/// Method:  flow as carry_box() has it; the drift that flow adds up is taken back where a stored look lies better (find_content()); new looks
///          are stored while flow is sure and the old ones fit less and less, as when something turns.
/// Units:   boxes in source pixels, motion in source pixels a frame.
class ContentLead {
public:
    /// In: hold_frames, how long it goes on without evidence.
    ContentLead(const Portrait& marked, const Box& box, std::int64_t hold_frames) : here_{box, 1, BoxSource::hand, 1, {}}, looks_{{marked, 0, true}}, hold_(hold_frames) {}

    /// Goes on from another marked box, keeping all looks.
    void marked_again(const Portrait& marked, const Box& box);

    /// One step to a neighbouring frame of the same shot.
    /// Returns: false where the evidence has ended; here() is the frame's last guess then.
    bool advance(std::int64_t from, std::int64_t to, const LumaHistory& history);

    const Step& here() const { return here_; }
    /// For how many frames there has been no evidence, up to now.
    std::int64_t unsure() const { return unsure_; }
    /// For how many frames it has been like what was learned on the way, but not like what was marked, up to now.
    std::int64_t unlike_mark() const { return unlike_mark_; }
    void set_motion(float dx, float dy) { dx_ = dx, dy_ = dy; }
    float dx() const { return dx_; }
    float dy() const { return dy_; }

private:
    struct Look {
        Portrait portrait;
        std::int64_t age = 0;  ///< steps since it was stored
        bool marked = false;
    };
    CarriedBox found_by_looks(std::int64_t frame, const Box& near, float reach);
    std::optional<CarriedBox> other_scale(std::int64_t frame, const Box& box, float evidence) const;
    float best_alike(std::int64_t frame, const Box& box) const;
    void learn(std::int64_t frame, const LumaHistory& history, float flow, float evidence);

    Step here_;
    std::vector<Look> looks_;
    std::int64_t hold_;
    std::int64_t unsure_ = 0;
    std::int64_t unlike_mark_ = 0;
    std::int64_t learned_ago_ = 0;
    float like_mark_ = 0;
    float evidence_ = 1;  ///< in the last sure frame
    std::int64_t steps_ = 0;
    float dx_ = 0, dy_ = 0;
    const LumaHistory* history_ = nullptr;
};

}  // namespace invisiblur
