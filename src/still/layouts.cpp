#include "still/layouts.hpp"

#include <cstring>

namespace invisiblur::still {
namespace {

PixelLayout base_layout(int components, int planes, int depth) {
    PixelLayout layout;
    layout.component_count = components;
    layout.plane_count = planes;
    layout.bytes_per_sample = depth > 8 ? 2 : 1;
    layout.full_range = true;
    return layout;
}

}  // namespace

PixelLayout gray_layout(int depth) {
    PixelLayout layout = base_layout(1, 1, depth);
    layout.components[0] = {0, layout.bytes_per_sample, 0, 0, depth, false};
    return layout;
}

PixelLayout packed_rgb_layout(int depth, bool alpha) {
    const int count = alpha ? 4 : 3;
    PixelLayout layout = base_layout(count, 1, depth);
    layout.rgb = true;
    const int bytes = layout.bytes_per_sample;
    for (int c = 0; c < count; ++c) layout.components[c] = {0, count * bytes, c * bytes, 0, depth, false};
    return layout;
}

PixelLayout planar_rgb_layout(int depth) {
    constexpr int kPlanes[3] = {2, 0, 1};
    PixelLayout layout = base_layout(3, 3, depth);
    layout.rgb = true;
    for (int c = 0; c < 3; ++c) layout.components[c] = {kPlanes[c], layout.bytes_per_sample, 0, 0, depth, false};
    return layout;
}

PixelLayout planar_yuv_layout(int depth, int log2_chroma_width, int log2_chroma_height, bool full_range, bool alpha) {
    const int count = alpha ? 4 : 3;
    PixelLayout layout = base_layout(count, count, depth);
    layout.full_range = full_range;
    layout.log2_chroma_width = log2_chroma_width;
    layout.log2_chroma_height = log2_chroma_height;
    for (int c = 0; c < count; ++c) {
        const bool chroma = c == 1 || c == 2;
        layout.components[c] = {c, layout.bytes_per_sample, 0, 0, depth, chroma && (log2_chroma_width || log2_chroma_height)};
    }
    return layout;
}

void copy_samples(const ImageView& from, const ImageView& to) {
    for (int c = 0; c < from.layout.component_count; ++c) {
        const Component& k = from.layout.components[c];
        if (k.offset_bytes != 0) continue;  // a packed plane goes with its first component
        const std::size_t row = static_cast<std::size_t>(from.layout.component_width(c, from.width)) * k.step_bytes;
        for (int y = 0; y < from.layout.component_height(c, from.height); ++y)
            std::memcpy(to.data[k.plane] + y * to.stride_bytes[k.plane], from.data[k.plane] + y * from.stride_bytes[k.plane], row);
    }
}

}  // namespace invisiblur::still
