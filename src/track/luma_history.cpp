#include "track/luma_history.hpp"

#include <algorithm>

#include "base/geometry.hpp"
#include "motion/template_search.hpp"

namespace invisiblur {
namespace {

/// The head with its hair, and where the shoulders begin.
Box with_shoulders(const Box& face) {
    return {face.x - 0.5F * face.w, face.y - 0.35F * face.h, 2 * face.w, 2 * face.h};
}

Box shrunk(const Box& b, float factor) {
    return {b.x / factor, b.y / factor, b.w / factor, b.h / factor};
}

}  // namespace

void LumaHistory::forget_before(std::int64_t frame) {
    for (; begin_ < frame; ++begin_) {
        if (frames_.holds(begin_)) frames_[begin_].luma = nullptr;
    }
}

CarriedBox LumaHistory::carry(std::int64_t from, std::int64_t to, const Box& box, float dx, float dy) const {
    const FrameRecord &a = frames_[from], &b = frames_[to];
    Box guess = box;
    guess.x += dx;
    guess.y += dy;
    const bool across = cut_back(std::max(from, to));
    if (across || !a.luma || !b.luma || a.luma->width != b.luma->width || a.luma->height != b.luma->height) return {guess, 0};
    const float f = factor_;
    CarriedBox there = carry_box(*a.luma, *b.luma, shrunk(box, f), dx / f, dy / f);
    there.box = {there.box.x * f, there.box.y * f, there.box.w * f, there.box.h * f};
    return there;
}

Portrait LumaHistory::portrait(std::int64_t frame, const Box& face) const {
    return {frames_[frame].luma, face};
}

LumaHistory::Likeness LumaHistory::likeness(const Portrait& portrait, std::int64_t frame, const Box& face) const {
    const Portrait now = this->portrait(frame, face);
    if (!portrait.luma || !now.luma) return {};
    const auto alike = [&](const Box& a, const Box& b) {
        return invisiblur::likeness(*portrait.luma, shrunk(a, factor_), *now.luma, shrunk(b, factor_));
    };
    return {alike(portrait.face, face), alike(with_shoulders(portrait.face), with_shoulders(face))};
}

float LumaHistory::alike(const Portrait& portrait, std::int64_t frame, const Box& face) const {
    const GrayImage* now = frames_[frame].luma.get();
    return portrait.luma && now ? invisiblur::likeness(*portrait.luma, shrunk(portrait.face, factor_), *now, shrunk(face, factor_)) : 0.0F;
}

CarriedBox LumaHistory::find(const Portrait& portrait, std::int64_t frame, const Box& near, float reach) const {
    const GrayImage* now = frames_[frame].luma.get();
    if (!portrait.luma || !now) return {near, 0};
    CarriedBox found = find_content(*portrait.luma, shrunk(portrait.face, factor_), *now, shrunk(near, factor_), reach);
    found.box = {found.box.x * factor_, found.box.y * factor_, found.box.w * factor_, found.box.h * factor_};
    return found;
}

float LumaHistory::visible_part(const Box& box) const {
    const Box seen = intersect(box, {0, 0, static_cast<float>(width_), static_cast<float>(height_)});
    return seen.w <= 0 || seen.h <= 0 ? 0.0F : area(seen) / std::max(1.0F, area(box));
}

bool LumaHistory::at_border(const Box& box, float near_px) const {
    return box.x < near_px || box.y < near_px || box.x + box.w > static_cast<float>(width_) - near_px ||
           box.y + box.h > static_cast<float>(height_) - near_px;
}

}  // namespace invisiblur
