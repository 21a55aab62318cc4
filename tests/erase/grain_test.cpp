// The noise of a fill: as strong as around it, never from a face's pixel, and fresh in each frame.
#include "erase/fill/grain.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "erase/fill/smooth_fill.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

double deviation(const std::vector<float>& values) {
    double sum = 0, squares = 0;
    for (const float v : values) sum += v, squares += static_cast<double>(v) * v;
    const double n = static_cast<double>(values.size());
    return std::sqrt(squares / n - sum / n * sum / n);
}

/// Boundary samples with a hole in their middle, drawn by functions of the place.
struct Scene {
    static constexpr int kWidth = 160, kHeight = 120;
    std::vector<float> picture, plate;
    std::vector<std::uint8_t> kept, like_plate;

    using Draw = std::function<float(int, int)>;
    Scene(const Draw& scene, const std::vector<float>& noise, bool plate_known) {
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) {
                const bool hole = x >= 50 && x < 110 && y >= 30 && y < 90;
                const float behind = scene(x, y);
                picture.push_back(hole ? 4000.0F : behind + noise[picture.size()]);
                plate.push_back(plate_known ? behind : 0.0F);
                kept.push_back(!hole);
                like_plate.push_back(!hole && plate_known);
            }
        }
    }
    Grain grain(int row_step = 1) const { return measure_grain({kWidth, kHeight, picture, plate, kept, like_plate, row_step, 1}); }
};

std::vector<float> noise(float strength, float spread, std::uint64_t seed = 5) {
    const Rect all{0, 0, Scene::kWidth, Scene::kHeight};
    std::vector<float> field = grain_field(all, {0, 1, spread}, 1, seed);
    const double now = deviation(field);
    for (float& v : field) v *= static_cast<float>(strength / now);
    return field;
}

float slope(int x, int y) {
    return 60 + 0.5F * static_cast<float>(x) + 0.2F * static_cast<float>(y);
}

/// Fine stripes: texture that a plate shows as well.
float stripes(int x, int y) {
    return slope(x, y) + static_cast<float>((x / 2 + y / 3) % 2 * 20);
}

/// The strength that a fill gets, as the deviation of its samples.
double given(const Grain& grain, float amount) {
    std::vector<float> field = grain_field({0, 0, 200, 200}, grain, 1, 3);
    return amount * deviation(field);
}

}  // namespace

TEST_CASE("where the Poisson fill stands alone, the noise is as strong as around it, white or spread") {
    for (const float strength : {1.5F, 3.0F, 6.0F}) {
        for (const float spread : {0.0F, 0.3F}) {
            CAPTURE(strength);
            CAPTURE(spread);
            const Grain grain = Scene(slope, noise(strength, spread), false).grain();
            CHECK(given(grain, grain.on_smooth) == doctest::Approx(strength).epsilon(0.15));
            CHECK(grain.spread == doctest::Approx(spread).epsilon(0.3));
        }
    }
}

TEST_CASE("texture is no noise where a plate shows it too, and a plate gets only what it lacks") {
    const Grain grain = Scene(stripes, noise(4, 0), true).grain();
    CHECK(given(grain, grain.on_smooth) < 0.55 * 12);
    CHECK(given(grain, grain.on_plate) == doctest::Approx(0.45 * 4).epsilon(0.25));
    // A plate that is as noisy as the picture lacks nothing.
    Scene noisy(slope, noise(4, 0), true);
    const std::vector<float> other = noise(4, 0, 77);
    for (std::size_t i = 0; i < other.size(); ++i) noisy.plate[i] += other[i];
    CHECK(noisy.grain().on_plate < 0.25F * grain.on_plate);
}

TEST_CASE("no noise where the picture has none, or none that is seen on a plate") {
    CHECK(Scene(slope, noise(0.001F, 0), true).grain().on_plate == 0);
    CHECK(Scene(slope, noise(0.001F, 0), false).grain().on_smooth < 0.01F);
    CHECK(Scene(slope, noise(0.6F, 0), true).grain().on_plate == 0);
}

TEST_CASE("interlaced pictures are measured within their fields") {
    // Fields of two moments: every other row is of another place. Between neighbouring rows that would be noise.
    const auto fields = [](int x, int y) { return 100 + 40 * std::sin(static_cast<float>(x) / 3 + 3 * static_cast<float>(y % 2)); };
    const Scene scene(fields, noise(1, 0), false);
    const Grain grain = scene.grain(2);
    CHECK(given(grain, grain.on_smooth) == doctest::Approx(1).epsilon(0.2));
    CHECK(given(scene.grain(1), scene.grain(1).on_smooth) > 1.5);
}

TEST_CASE("strength and spread depend on no hidden sample") {
    for (const bool known : {false, true}) {
        const Scene scene(stripes, noise(3, 0.2F), known);
        Scene other = scene;
        Random random(8);
        for (std::size_t i = 0; i < other.picture.size(); ++i) {
            if (other.kept[i] == 0) other.picture[i] = static_cast<float>(random.between(0, 255)), other.plate[i] = 1;
        }
        const Grain a = scene.grain(), b = other.grain();
        CHECK(a.on_plate == b.on_plate);
        CHECK(a.on_smooth == b.on_smooth);
        CHECK(a.spread == b.spread);
    }
}

TEST_CASE("a sample's noise depends on its place and the seed alone, and is fresh for each seed") {
    const Grain grain{0, 1, 0.3F};
    const std::vector<float> whole = grain_field({0, 0, 64, 48}, grain, 1, 9);
    const std::vector<float> part = grain_field({20, 10, 40, 30}, grain, 1, 9);
    for (int y = 0; y < 20; ++y) {
        for (int x = 0; x < 20; ++x)
            REQUIRE(part[static_cast<std::size_t>(y) * 20 + x] == whole[static_cast<std::size_t>(y + 10) * 64 + (x + 20)]);
    }
    const std::vector<float> next = grain_field({0, 0, 64, 48}, grain, 1, 10);
    double product = 0, squares = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) product += whole[i] * next[i], squares += whole[i] * whole[i];
    CHECK(std::abs(product / squares) < 0.1);
}

TEST_CASE("a slow gradient is filled without bands, in 8 bits and in 10") {
    for (const char* name : {"yuv420p", "yuv420p10"}) {
        CAPTURE(name);
        const PixelLayout& layout = layout_named(name);
        const Rect area{0, 0, 160, 64};
        TestPicture picture(layout, 160, 64, 0);
        std::vector<float> ramp(160 * 64);
        for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = 100 + 0.03F * static_cast<float>(i % 160);
        write_component(picture.view(), 0, area, ramp.data());
        MaskPatch mask{area, std::vector<Cell>(ramp.size(), Cell::keep), std::vector<std::uint8_t>(ramp.size(), 1), std::vector<std::uint8_t>(ramp.size(), 1), {}, {}, {}, true};
        for (int y = 8; y < 56; ++y) {
            for (int x = 8; x < 152; ++x) mask.cells[static_cast<std::size_t>(y) * 160 + x] = Cell::core;
        }
        const Plate plate = unknown_plate(layout, area);
        fill_smooth(picture.view(), {mask, plate});
        const std::vector<float> out = samples_of(picture.view())[0];
        // Between two whole values each column shows both: its mean is what lies between.
        std::size_t mixed_columns = 0;
        for (int x = 20; x < 140; ++x) {
            float low = 4096, high = 0, sum = 0;
            for (int y = 16; y < 48; ++y) {
                const float v = out[static_cast<std::size_t>(y) * 160 + x];
                low = std::min(low, v), high = std::max(high, v), sum += v;
            }
            CHECK(std::abs(sum / 32 - (100 + 0.03F * static_cast<float>(x))) < 0.45F);
            CHECK(high - low <= 1);
            mixed_columns += high > low;
        }
        CHECK(mixed_columns > 90);
    }
}
