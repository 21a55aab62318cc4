#include "media/read/salvage.hpp"

#include <algorithm>

#include "media/libav/compat.hpp"

extern "C" {
#include <libavutil/imgutils.h>
}

namespace invisiblur::av {

void Salvage::hit(std::int64_t pts, const std::string& why) {
    if (!damaged_ && !why.empty()) why_ = why;
    if (!damaged_ && why.empty()) why_ = "a picture is damaged";
    damaged_ = true;
    if (pts != AV_NOPTS_VALUE) damaged_pts_ = std::max(damaged_pts_, pts);  // AV_NOPTS_VALUE is the least number
}

void Salvage::lose(std::int64_t pts, const std::string& why) {
    hit(pts, why);
    ++lost_;
}

std::int64_t Salvage::missing(std::int64_t last_pts, std::int64_t pts) {
    constexpr std::int64_t kLongestHole = 15'000;  // frames: ten minutes; beyond, it is the clock that is broken
    if (!damaged_ || last_pts == AV_NOPTS_VALUE) return 0;
    const std::int64_t room = std::max<std::int64_t>(0, (pts - last_pts + usual_ / 2) / usual_ - 1);
    const std::int64_t count = room <= kLongestHole ? room : 0;
    lost_ = std::max<std::int64_t>(0, lost_ - count);
    return count;
}

bool Salvage::spoils(const AVFrame& frame) {
    if (!damaged_) return false;
    damaged_ = !(is_key(frame) && frame.pts > damaged_pts_);
    if (!damaged_) lost_ = 0;  // what came before it has been passed
    return damaged_;
}

void Salvage::note_blank(std::int64_t pts) {
    note(pts, 1);
}

bool Salvage::is_lead(std::int64_t pts) {
    constexpr double kGroupS = 1;  // a broadcast's
    if (lead_ == AV_NOPTS_VALUE) lead_ = pts;
    return seconds(pts - lead_) < kGroupS;
}

void Salvage::note_lead(std::int64_t pts) {
    if (pts == AV_NOPTS_VALUE) pts = 0;
    if (!damaged_) why_ = "it begins in the middle of a group of pictures";
    note(pts, 0);
}

void Salvage::note(std::int64_t pts, int blank_frames) {
    const bool goes_on = last_blank_ != AV_NOPTS_VALUE && pts - last_blank_ <= usual_ * 3 / 2;
    if (!goes_on) stretches_.push_back({stream_, seconds(pts), seconds(pts), 0, why_});
    stretches_.back().frames += blank_frames;
    stretches_.back().end_s = seconds(pts + usual_);
    last_blank_ = pts;
}

bool takes_packets_as_they_are(const Options& o) {
    return o.copy_unchanged || !o.segment.empty() || !o.analysis.empty() || !o.join.empty() || !o.save_analysis.empty();
}

bool goes_on_after_damage(const Options& options) {
    return !options.strict && !takes_packets_as_they_are(options);
}

FramePtr blank_like(const AVFrame& frame, int width, int height, int format) {
    FramePtr blank = make_frame();
    blank->width = width;
    blank->height = height;
    blank->format = format;
    check(av_frame_get_buffer(blank.get(), 0), "cannot make a frame");
    std::ptrdiff_t strides[4];
    std::copy_n(blank->linesize, 4, strides);
    check(av_image_fill_black(blank->data, strides, static_cast<AVPixelFormat>(format), frame.color_range, width, height), "cannot blank a frame");
    check(av_frame_copy_props(blank.get(), &frame), "cannot copy a frame's properties");
    while (blank->nb_side_data > 0) av_frame_remove_side_data(blank.get(), blank->side_data[0]->type);
    return blank;
}

}  // namespace invisiblur::av
