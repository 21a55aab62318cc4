#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/geometry.hpp"

namespace invisiblur {

/// Where one colour component of a pixel lies.
/// Units: step_bytes from one sample to the next, offset_bytes of the first; a sample's value is (word >> shift) & (2^depth - 1).
struct Component {
    int plane = 0;
    int step_bytes = 1;
    int offset_bytes = 0;
    int shift = 0;
    int depth = 8;
    bool subsampled = false;  ///< has the chroma size
};

/// How a pixel format lays out its samples: planar and packed YUV, NV12/P010, gray, planar and packed RGB, each with or without alpha.
/// Component 0 is luma (or red), then U, V (green, blue), then alpha.
struct PixelLayout {
    std::array<Component, 4> components{};
    int component_count = 0;
    int plane_count = 0;
    int log2_chroma_width = 0;
    int log2_chroma_height = 0;
    int bytes_per_sample = 1;  ///< 1 or 2 (native endian)
    bool rgb = false;
    bool full_range = false;
    float kr = 0.299F;  ///< weights of red and blue in luma (BT.601; BT.709: 0.2126, 0.0722)
    float kb = 0.114F;

    int depth() const { return components[0].depth; }
    int log2_width(int c) const { return components[c].subsampled ? log2_chroma_width : 0; }
    int log2_height(int c) const { return components[c].subsampled ? log2_chroma_height : 0; }
    int component_width(int c, int width) const { return -(-width >> log2_width(c)); }
    int component_height(int c, int height) const { return -(-height >> log2_height(c)); }
};

/// Whether the samples of two layouts lie alike, whatever their values mean.
bool same_samples(const PixelLayout& a, const PixelLayout& b);

/// A borrowed picture: planes and strides. Copying it copies no pixels.
/// Units: width and height in luma pixels; strides in bytes, may be negative.
struct ImageView {
    PixelLayout layout;
    int width = 0;
    int height = 0;
    std::array<std::uint8_t*, 4> data{};
    std::array<std::ptrdiff_t, 4> stride_bytes{};

    Rect bounds() const { return {0, 0, width, height}; }
};

/// A picture that owns its planes, zeroed at first, in the layout of another one.
class OwnedImage {
public:
    OwnedImage() = default;
    OwnedImage(const PixelLayout& layout, int width, int height);
    OwnedImage(OwnedImage&&) noexcept = default;
    OwnedImage& operator=(OwnedImage&&) noexcept = default;

    const ImageView& view() const { return view_; }
    bool empty() const { return bytes_.empty(); }

    /// What bytes() of such a picture are, before memory is taken for it.
    static std::size_t bytes_of(const PixelLayout& layout, int width, int height);

    /// All planes, one after the other, rows with their padding: of a size that depends on layout, width and height alone.
    std::span<std::uint8_t> bytes() { return bytes_; }
    std::span<const std::uint8_t> bytes() const { return bytes_; }

private:
    std::vector<std::uint8_t> bytes_;
    ImageView view_;
};

/// An independent copy of a picture, plane by plane: every bit of a sample's word is kept.
OwnedImage copy_image(const ImageView& image);

/// Samples of one component of a borrowed picture; T is uint8_t or uint16_t after the layout's bytes_per_sample.
template <class T>
struct ComponentView {
    std::uint8_t* origin = nullptr;
    std::ptrdiff_t stride_bytes = 0;
    int step_bytes = 1;
    int shift = 0;
    int width = 0;
    int height = 0;

    T* at(int x, int y) const { return reinterpret_cast<T*>(origin + y * stride_bytes + static_cast<std::ptrdiff_t>(x) * step_bytes); }
    int get(int x, int y) const { return *at(x, y) >> shift; }
    void set(int x, int y, int value) const { *at(x, y) = static_cast<T>(value << shift); }
};

template <class T>
ComponentView<T> component(const ImageView& image, int c) {
    const Component& k = image.layout.components[c];
    return {image.data[k.plane] + k.offset_bytes,
            image.stride_bytes[k.plane],
            k.step_bytes,
            k.shift,
            image.layout.component_width(c, image.width),
            image.layout.component_height(c, image.height)};
}

/// Copies one component's samples of `area` (in that component's own pixels) to `out`, row by row.
void read_component(const ImageView& image, int c, const Rect& area, float* out);

/// The same as samples of its own.
std::vector<float> component_samples(const ImageView& image, int c, const Rect& area);

/// The way back: rounds, clips to the component's range and writes. Other bits of a sample's word become 0.
void write_component(const ImageView& image, int c, const Rect& area, const float* in);

/// Copies luma of `area` to `out` in steps of the picture's own depth; RGB pictures are weighed with the layout's kr and kb.
void read_luma(const ImageView& image, const Rect& area, float* out);

/// An 8-bit gray picture that owns its pixels, rows without padding.
struct GrayImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;
};

/// The luma plane of a small copy, each pixel the mean of a block of factor x factor source pixels (fewer at the right and lower border),
/// scaled to 8 bits. Exact support: a source pixel takes part in one result pixel only.
GrayImage block_mean_luma(const ImageView& image, int factor);

}  // namespace invisiblur
