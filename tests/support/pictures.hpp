#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "image/picture.hpp"

namespace invisiblur::test {

/// A pixel format by its common name: gray, yuv420p, yuv422p, yuv444p, nv12, yuv420p10, p010, gbrp, rgb24, rgba, yuva420p.
struct NamedLayout {
    std::string name;
    PixelLayout layout;
};
const std::vector<NamedLayout>& all_layouts();
const PixelLayout& layout_named(const std::string& name);

/// A picture without libav, whose samples a test may set.
class TestPicture : public Picture {
public:
    TestPicture(const PixelLayout& layout, int width, int height, std::int64_t pts, bool interlaced = false)
        : image_(layout, width, height), pts_(pts), interlaced_(interlaced) {}

    const ImageView& view() const override { return image_.view(); }
    std::int64_t pts() const override { return pts_; }
    bool interlaced() const override { return interlaced_; }
    RgbImage scaled_rgb(int width, int height) const override;

private:
    OwnedImage image_;
    std::int64_t pts_;
    bool interlaced_;
};
using TestPicturePtr = std::shared_ptr<TestPicture>;

/// A small random generator with a printable seed, the same on every machine (SplitMix64, Steele et al. 2014).
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next();
    int between(int low, int high) { return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1)); }
    bool chance(int percent) { return between(1, 100) <= percent; }

private:
    std::uint64_t state_;
};

/// Draws a smooth textured scene, shifted by (dx, dy) pixels and brightened by `light` 8-bit steps, in every component.
void draw_scene(const ImageView& image, std::uint64_t seed, int dx, int dy, int light);

/// Draws tiles of 12 x 12 pixels of random shades, shifted by (dx, dy) and brightened: no shift makes one seed look like another, or like
/// draw_scene().
void draw_tiles(const ImageView& image, std::uint64_t seed, int dx, int dy, int light = 0);

/// Adds camera noise of +-amplitude 8-bit steps.
void add_noise(const ImageView& image, Random& random, int amplitude);

/// Fills a rectangle of luma pixels, and the chroma samples that it touches, with random samples.
void scramble(const ImageView& image, const Rect& area, Random& random);

/// Fills a rectangle with one value of 0..255, scaled to the depth, in every component.
void paint(const ImageView& image, const Rect& area, int value);

/// A copy of all samples of all components, for comparisons.
std::vector<std::vector<float>> samples_of(const ImageView& image);

/// An independent copy of a picture's pixels.
OwnedImage copy_of(const ImageView& image);

}  // namespace invisiblur::test
