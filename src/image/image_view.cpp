#include "image/image_view.hpp"

#include <algorithm>
#include <tuple>
#include <type_traits>

namespace invisiblur {
namespace {

template <class T>
void copy_component(const ImageView& image, int c, const Rect& area, float* out) {
    const ComponentView<T> view = component<T>(image, c);
    const int mask = (1 << image.layout.components[c].depth) - 1;
    const int step = view.step_bytes / static_cast<int>(sizeof(T));
    const auto copy = [&](std::ptrdiff_t between) {
        for (int y = area.y0; y < area.y1; ++y) {
            const T* row = view.at(area.x0, y);
            for (int x = 0; x < area.width(); ++x) out[x] = static_cast<float>((row[x * between] >> view.shift) & mask);
            out += area.width();
        }
    };
    // Twice the same loop: samples without gaps are turned into vector code.
    step == 1 ? copy(std::integral_constant<std::ptrdiff_t, 1>()) : copy(step);
}

template <class T>
void store_component(const ImageView& image, int c, const Rect& area, const float* in) {
    const ComponentView<T> view = component<T>(image, c);
    const float top = static_cast<float>((1 << image.layout.components[c].depth) - 1);
    const auto rounded = [&](float value) { return static_cast<int>(std::clamp(value + 0.5F, 0.0F, top)); };
    const bool dense = view.step_bytes == sizeof(T) && view.shift == 0;
    for (int y = area.y0; y < area.y1; ++y, in += area.width()) {
        if (dense) {
            T* row = view.at(area.x0, y);
            for (int x = 0; x < area.width(); ++x) row[x] = static_cast<T>(rounded(in[x]));
        } else {
            for (int x = 0; x < area.width(); ++x) view.set(area.x0 + x, y, rounded(in[x]));
        }
    }
}

/// Adds one row of 8-bit luma without gaps to the sums of its columns: the common case, kept apart because it runs over every pixel of every
/// frame. A loop without dependences, which the compiler turns into vector code; 257 rows fit.
void add_dense_row(const std::uint8_t* row, int width, std::uint16_t* columns) {
    for (int x = 0; x < width; ++x) columns[x] = static_cast<std::uint16_t>(columns[x] + row[x]);
}

void add_columns(const std::uint16_t* columns, int width, int factor, std::uint32_t* sums) {
    const int whole = width / factor;
    for (int b = 0; b < whole; ++b) {
        for (int i = 0; i < factor; ++i) sums[b] += columns[b * factor + i];
    }
    for (int x = whole * factor; x < width; ++x) sums[whole] += columns[x];
}

constexpr int kRowsThatFit = 257;

bool is_dense_8bit_luma(const PixelLayout& layout) {
    return !layout.rgb && layout.bytes_per_sample == 1 && layout.components[0].step_bytes == 1;
}

/// How an OwnedImage lays out its planes.
struct Planes {
    std::array<std::ptrdiff_t, 4> stride_bytes{};
    std::array<std::size_t, 4> rows{};

    Planes(const PixelLayout& layout, int width, int height) {
        for (int c = 0; c < layout.component_count; ++c) {
            const Component& k = layout.components[c];
            // Rows of the plane must hold the last sample of each component that shares it.
            const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(layout.component_width(c, width)) * k.step_bytes;
            stride_bytes[k.plane] = std::max(stride_bytes[k.plane], (row + 15) / 16 * 16);
            rows[k.plane] = std::max(rows[k.plane], static_cast<std::size_t>(layout.component_height(c, height)));
        }
    }

    std::size_t bytes_of(std::size_t plane) const { return rows[plane] * static_cast<std::size_t>(stride_bytes[plane]); }
    std::size_t bytes() const { return bytes_of(0) + bytes_of(1) + bytes_of(2) + bytes_of(3); }
};

GrayImage empty_blocks(const ImageView& image, int factor) {
    GrayImage small{(image.width + factor - 1) / factor, (image.height + factor - 1) / factor, {}};
    small.pixels.resize(static_cast<std::size_t>(small.width) * small.height);
    return small;
}

}  // namespace

bool same_samples(const PixelLayout& a, const PixelLayout& b) {
    const auto shape = [](const PixelLayout& l) { return std::tie(l.component_count, l.plane_count, l.log2_chroma_width, l.log2_chroma_height, l.bytes_per_sample, l.rgb); };
    if (shape(a) != shape(b)) return false;
    const auto place = [](const Component& c) { return std::tie(c.plane, c.step_bytes, c.offset_bytes, c.shift, c.depth, c.subsampled); };
    return std::equal(a.components.begin(), a.components.begin() + a.component_count, b.components.begin(),
                      [&](const Component& c, const Component& d) { return place(c) == place(d); });
}

OwnedImage::OwnedImage(const PixelLayout& layout, int width, int height) {
    view_.layout = layout;
    view_.width = width;
    view_.height = height;
    const Planes planes(layout, width, height);
    bytes_.resize(planes.bytes());
    std::uint8_t* plane = bytes_.data();
    for (std::size_t p = 0; p < planes.rows.size(); ++p) {
        view_.stride_bytes[p] = planes.stride_bytes[p];
        view_.data[p] = planes.rows[p] > 0 ? plane : nullptr;
        plane += planes.bytes_of(p);
    }
}

std::size_t OwnedImage::bytes_of(const PixelLayout& layout, int width, int height) {
    return Planes(layout, width, height).bytes();
}

OwnedImage copy_image(const ImageView& image) {
    OwnedImage copy(image.layout, image.width, image.height);
    std::array<std::size_t, 4> row_bytes{}, rows{};
    for (int c = 0; c < image.layout.component_count; ++c) {
        const Component& k = image.layout.components[c];
        const auto row = static_cast<std::size_t>(image.layout.component_width(c, image.width)) * static_cast<std::size_t>(k.step_bytes);
        row_bytes[k.plane] = std::max(row_bytes[k.plane], row);
        rows[k.plane] = std::max(rows[k.plane], static_cast<std::size_t>(image.layout.component_height(c, image.height)));
    }
    for (std::size_t p = 0; p < rows.size(); ++p) {
        for (std::size_t y = 0; y < rows[p]; ++y) {
            const auto row = static_cast<std::ptrdiff_t>(y);
            std::copy_n(image.data[p] + row * image.stride_bytes[p], row_bytes[p], copy.view().data[p] + row * copy.view().stride_bytes[p]);
        }
    }
    return copy;
}

void read_component(const ImageView& image, int c, const Rect& area, float* out) {
    if (image.layout.bytes_per_sample == 1) {
        copy_component<std::uint8_t>(image, c, area, out);
    } else {
        copy_component<std::uint16_t>(image, c, area, out);
    }
}

std::vector<float> component_samples(const ImageView& image, int c, const Rect& area) {
    std::vector<float> samples(static_cast<std::size_t>(area.width()) * static_cast<std::size_t>(area.height()));
    read_component(image, c, area, samples.data());
    return samples;
}

void write_component(const ImageView& image, int c, const Rect& area, const float* in) {
    if (image.layout.bytes_per_sample == 1) {
        store_component<std::uint8_t>(image, c, area, in);
    } else {
        store_component<std::uint16_t>(image, c, area, in);
    }
}

void read_luma(const ImageView& image, const Rect& area, float* out) {
    read_component(image, 0, area, out);
    if (!image.layout.rgb) return;
    const std::size_t count = static_cast<std::size_t>(area.width()) * area.height();
    const float kr = image.layout.kr, kb = image.layout.kb, kg = 1 - kr - kb;
    std::vector<float> green(count), blue(count);
    read_component(image, 1, area, green.data());
    read_component(image, 2, area, blue.data());
    for (std::size_t i = 0; i < count; ++i) out[i] = kr * out[i] + kg * green[i] + kb * blue[i];
}

GrayImage block_mean_luma(const ImageView& image, int factor) {
    GrayImage small = empty_blocks(image, factor);
    const float to_8_bits = 1.0F / static_cast<float>(1 << (image.layout.depth() - 8));
    const bool dense = is_dense_8bit_luma(image.layout) && factor <= kRowsThatFit;
    std::vector<float> row(dense ? 0 : image.width);
    std::vector<std::uint16_t> columns(dense ? image.width : 0);
    std::vector<std::uint32_t> sums(small.width);
    for (int by = 0; by < small.height; ++by) {
        std::fill(sums.begin(), sums.end(), 0);
        std::fill(columns.begin(), columns.end(), 0);
        const int y1 = std::min(image.height, (by + 1) * factor);
        for (int y = by * factor; y < y1; ++y) {
            if (dense) {
                add_dense_row(component<std::uint8_t>(image, 0).at(0, y), image.width, columns.data());
            } else {
                read_luma(image, {0, y, image.width, y + 1}, row.data());
                for (int x = 0; x < image.width; ++x) sums[x / factor] += static_cast<std::uint32_t>(row[x] * to_8_bits + 0.5F);
            }
        }
        if (dense) add_columns(columns.data(), image.width, factor, sums.data());
        for (int bx = 0; bx < small.width; ++bx) {
            const std::uint32_t count =
                static_cast<std::uint32_t>((y1 - by * factor) * (std::min(image.width, (bx + 1) * factor) - bx * factor));
            small.pixels[static_cast<std::size_t>(by) * small.width + bx] =
                static_cast<std::uint8_t>(std::min(255U, (sums[bx] + count / 2) / count));
        }
    }
    return small;
}

}  // namespace invisiblur
