#include "support/pictures.hpp"

#include <cmath>
#include <stdexcept>

#include "erase/region/face_area.hpp"

namespace invisiblur::test {
namespace {

PixelLayout planar(int components, int log2w, int log2h, int depth, bool rgb = false) {
    PixelLayout layout;
    layout.component_count = layout.plane_count = components;
    layout.log2_chroma_width = log2w;
    layout.log2_chroma_height = log2h;
    layout.bytes_per_sample = depth > 8 ? 2 : 1;
    layout.rgb = layout.full_range = rgb;
    for (int c = 0; c < components; ++c) {
        layout.components[c] = {c, layout.bytes_per_sample, 0, 0, depth, (c == 1 || c == 2) && log2w + log2h > 0};
    }
    return layout;
}

PixelLayout semi_planar(int depth, int shift) {
    PixelLayout layout = planar(3, 1, 1, depth);
    const int bytes = layout.bytes_per_sample;
    layout.plane_count = 2;
    layout.components[0].shift = shift;
    for (int c = 1; c < 3; ++c) layout.components[c] = {1, 2 * bytes, (c - 1) * bytes, shift, depth, true};
    return layout;
}

PixelLayout packed_rgb(int components) {
    PixelLayout layout = planar(components, 0, 0, 8, true);
    layout.plane_count = 1;
    for (int c = 0; c < components; ++c) layout.components[c] = {0, components, c, 0, 8, false};
    return layout;
}

template <class Function>
void each_sample(const ImageView& image, const Rect& luma_area, Function function) {
    for (int c = 0; c < image.layout.component_count; ++c) {
        const bool sub = image.layout.components[c].subsampled;
        const int sx = sub ? image.layout.log2_chroma_width : 0, sy = sub ? image.layout.log2_chroma_height : 0;
        const Rect area = in_component(intersect(luma_area, image.bounds()), image.layout, c);
        for (int y = area.y0; y < area.y1; ++y) {
            for (int x = area.x0; x < area.x1; ++x) {
                float value = 0;
                read_component(image, c, {x, y, x + 1, y + 1}, &value);
                value = static_cast<float>(function(c, x << sx, y << sy, value));
                write_component(image, c, {x, y, x + 1, y + 1}, &value);
            }
        }
    }
}

}  // namespace

const std::vector<NamedLayout>& all_layouts() {
    static const std::vector<NamedLayout> layouts{
        {"yuv420p", planar(3, 1, 1, 8)}, {"gray", planar(1, 0, 0, 8)},       {"yuv422p", planar(3, 1, 0, 8)},
        {"yuv444p", planar(3, 0, 0, 8)}, {"nv12", semi_planar(8, 0)},        {"yuv420p10", planar(3, 1, 1, 10)},
        {"p010", semi_planar(10, 6)},    {"gbrp", planar(3, 0, 0, 8, true)}, {"rgb24", packed_rgb(3)},
        {"rgba", packed_rgb(4)},         {"yuva420p", planar(4, 1, 1, 8)},
    };
    return layouts;
}

const PixelLayout& layout_named(const std::string& name) {
    for (const NamedLayout& named : all_layouts()) {
        if (named.name == name) return named.layout;
    }
    throw std::invalid_argument("no layout " + name);
}

RgbImage TestPicture::scaled_rgb(int width, int height) const {
    RgbImage rgb{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3)};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            float luma = 0;
            const int sx = x * view().width / width, sy = y * view().height / height;
            read_luma(view(), {sx, sy, sx + 1, sy + 1}, &luma);
            for (int k = 0; k < 3; ++k) rgb.pixels[(static_cast<std::size_t>(y) * width + x) * 3 + k] = static_cast<std::uint8_t>(luma);
        }
    }
    return rgb;
}

std::uint64_t Random::next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

void draw_scene(const ImageView& image, std::uint64_t seed, int dx, int dy, int light) {
    const double steps = 1 << (image.layout.depth() - 8);
    const double phase = static_cast<double>(seed % 97);
    each_sample(image, image.bounds(), [&](int c, int x, int y, float) {
        const double px = x + dx, py = y + dy;
        const double wave =
            40 * std::sin(px * 0.11 + c + phase) + 30 * std::cos(py * 0.07 - px * 0.03 + phase) + 12 * std::sin((px + py) * 0.45);
        return std::clamp(120 + wave + light, 0.0, 255.0) * steps;
    });
}

void draw_tiles(const ImageView& image, std::uint64_t seed, int dx, int dy, int light) {
    each_sample(image, image.bounds(), [&](int c, int x, int y, float) {
        const int tile_x = (x + dx + 12000) / 12, tile_y = (y + dy + 12000) / 12;
        Random shade(static_cast<std::uint64_t>(tile_x) * 7919 + static_cast<std::uint64_t>(tile_y) + static_cast<std::uint64_t>(c) +
                     seed * 1000003);
        return static_cast<float>((shade.between(60, 190) + light) << (image.layout.depth() - 8));
    });
}

void add_noise(const ImageView& image, Random& random, int amplitude) {
    const int steps = 1 << (image.layout.depth() - 8);
    each_sample(image, image.bounds(),
                [&](int, int, int, float v) { return v + static_cast<float>(random.between(-amplitude * steps, amplitude * steps)); });
}

void scramble(const ImageView& image, const Rect& area, Random& random) {
    const int top = (1 << image.layout.depth()) - 1;
    each_sample(image, area, [&](int, int, int, float) { return random.between(0, top); });
}

void paint(const ImageView& image, const Rect& area, int value) {
    each_sample(image, area, [&](int, int, int, float) { return value << (image.layout.depth() - 8); });
}

std::vector<std::vector<float>> samples_of(const ImageView& image) {
    std::vector<std::vector<float>> all;
    for (int c = 0; c < image.layout.component_count; ++c) {
        const Rect area = in_component(image.bounds(), image.layout, c);
        all.emplace_back(static_cast<std::size_t>(area.width()) * area.height());
        read_component(image, c, area, all.back().data());
    }
    return all;
}

OwnedImage copy_of(const ImageView& image) {
    OwnedImage copy(image.layout, image.width, image.height);
    const auto samples = samples_of(image);
    for (int c = 0; c < image.layout.component_count; ++c)
        write_component(copy.view(), c, in_component(image.bounds(), image.layout, c), samples[c].data());
    return copy;
}

}  // namespace invisiblur::test
