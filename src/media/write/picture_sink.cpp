#include "media/write/picture_sink.hpp"

#include "media/libav/small_picture.hpp"

namespace invisiblur::av {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(1500);
constexpr int kLongestPx = 480;

}  // namespace

void PictureSink::frame(std::size_t video, FramePtr frame, bool masked) {
    const auto now = std::chrono::steady_clock::now();
    if (video == 0 && now - shown_ >= kInterval) {
        shown_ = now;
        progress_.picture(jpeg_of(*frame, kLongestPx));
    }
    next_->frame(video, std::move(frame), masked);
}

}  // namespace invisiblur::av
