#include "track/footage.hpp"

#include <algorithm>

#include "geometry.hpp"

namespace invisiblur {

void Footage::push(std::shared_ptr<const GrayImage> luma, std::int64_t pts, bool cut) {
    frames_.push_back({std::move(luma), pts, cut});
}

void Footage::forget_before(std::int64_t frame) {
    while (begin_ < frame && !frames_.empty()) {
        frames_.pop_front();
        ++begin_;
    }
}

CarriedBox Footage::carry(std::int64_t from, std::int64_t to, const Box& box, float dx, float dy) const {
    const Frame &a = frames_[static_cast<std::size_t>(from - begin_)], &b = frames_[static_cast<std::size_t>(to - begin_)];
    Box guess = box;
    guess.x += dx;
    guess.y += dy;
    const bool across = cut(std::max(from, to));
    if (across || !a.luma || !b.luma || a.luma->width != b.luma->width || a.luma->height != b.luma->height) return {guess, 0};
    const float f = factor_;
    CarriedBox there = carry_box(*a.luma, *b.luma, {box.x / f, box.y / f, box.w / f, box.h / f}, dx / f, dy / f);
    there.box = {there.box.x * f, there.box.y * f, there.box.w * f, there.box.h * f};
    return there;
}

float Footage::visible_part(const Box& box) const {
    const Box seen = intersect(box, {0, 0, static_cast<float>(width_), static_cast<float>(height_)});
    return seen.w <= 0 || seen.h <= 0 ? 0.0F : area(seen) / std::max(1.0F, area(box));
}

bool Footage::at_border(const Box& box, float near_px) const {
    return box.x < near_px || box.y < near_px || box.x + box.w > static_cast<float>(width_) - near_px ||
           box.y + box.h > static_cast<float>(height_) - near_px;
}

}  // namespace invisiblur
