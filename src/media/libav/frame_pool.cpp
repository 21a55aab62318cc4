#include "media/libav/frame_pool.hpp"

#include <array>

extern "C" {
#include <libavutil/imgutils.h>
}

namespace invisiblur::av {
namespace {

/// Rows begin where the widest vector instructions like it, and codecs may read a little past a row and past the last one, as in frames
/// of av_frame_get_buffer().
constexpr int kAlign = 64;
constexpr int kRowGrid = 32;
constexpr std::size_t kPadding = 2 * kAlign;

struct Layout {
    std::array<int, 4> strides{};
    std::array<std::size_t, 4> sizes{};
    std::size_t whole = 0;
};

Layout layout_of(const AVFrame& frame) {
    const auto format = static_cast<AVPixelFormat>(frame.format);
    Layout layout;
    check(av_image_fill_linesizes(layout.strides.data(), format, FFALIGN(frame.width, kAlign)), "cannot lay out a frame");
    std::array<std::ptrdiff_t, 4> strides{};
    for (std::size_t i = 0; i < strides.size(); ++i) strides[i] = layout.strides[i] = FFALIGN(layout.strides[i], kAlign);
    check(av_image_fill_plane_sizes(layout.sizes.data(), format, FFALIGN(frame.height, kRowGrid), strides.data()), "cannot lay out a frame");
    for (std::size_t& size : layout.sizes) layout.whole += size == 0 ? 0 : (size += kPadding);
    return layout;
}

}  // namespace

BufferPtr FramePool::buffer(std::size_t size) {
    const std::lock_guard lock(mutex_);
    if (!pool_ || size_ != size) {
        pool_.reset(not_null(av_buffer_pool_init(size, nullptr)));
        size_ = size;
    }
    return BufferPtr(not_null(av_buffer_pool_get(pool_.get())));
}

FramePtr FramePool::copy(const AVFrame& frame) {
    const Layout layout = layout_of(frame);
    FramePtr copy = make_frame();
    copy->format = frame.format;
    copy->width = frame.width;
    copy->height = frame.height;
    copy->buf[0] = buffer(layout.whole).release();
    std::uint8_t* plane = copy->buf[0]->data;
    for (std::size_t i = 0; i < layout.sizes.size() && layout.sizes[i] > 0; ++i) {
        copy->data[i] = plane;
        copy->linesize[i] = layout.strides[i];
        plane += layout.sizes[i];
    }
    copy->extended_data = copy->data;
    check(av_frame_copy(copy.get(), &frame), "cannot copy a frame");
    check(av_frame_copy_props(copy.get(), &frame), "cannot copy a frame's properties");
    return copy;
}

}  // namespace invisiblur::av
