// What one frame shows of another's samples: one by one and along a run.
#include "erase/background/warped_sampler.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <string>

#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kSize = 96;
constexpr int kRun = 40;
const FaceArea kFace{{40, 30, 60, 50}, {32, 24, 68, 58}};

/// Texture of one step from sample to sample; the core has the given value.
PlateSample textured(const std::string& format, float face) {
    auto picture = std::make_shared<TestPicture>(layout_named(format), kSize, kSize, 0);
    std::vector<float> row(kSize);
    for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) row[static_cast<std::size_t>(x)] = kFace.core.contains(x, y) ? face : static_cast<float>(40 + x + (y * 7) % 13);
        write_component(picture->view(), 0, {0, y, kSize, y + 1}, row.data());
    }
    return {picture, 0, {kFace}};
}

struct Run {
    std::array<float, kRun> values{};
    std::array<WarpedSampler::Freedom, kRun> freedom{};
    WarpedSampler::Sight sight{};

    Run(const WarpedSampler& sampler, int x, int y) {
        std::array<bool, kRun> wanted{};
        wanted.fill(true);
        sight = sampler.run(x, y, wanted, values, freedom);
        if (sight != WarpedSampler::Sight::some) freedom.fill(sight == WarpedSampler::Sight::clear ? WarpedSampler::Freedom::clear : WarpedSampler::Freedom::core);
    }
};

const Homography kMaps[] = {{}, {{1, 0, 2.3, 0, 1, -1.6, 0, 0, 1}}, {{0.98, 0.03, 1, -0.03, 0.98, 4, 0, 0, 1}}, {{1, 0.01, 3, 0, 1.02, -2, 1e-5, -2e-5, 1}}};

}  // namespace

TEST_CASE("a run sees what each of its samples sees by itself") {
    int seen_both = 0, seen_once = 0, freer = 0;
    for (const std::string format : {"gray", "nv12", "p010", "yuv420p10"}) {
        const PlateSample sample = textured(format, 255);
        for (const Homography& map : kMaps) {
            const WarpedSampler sampler({&sample, map}, 0, {0, 0, kSize, kSize});
            for (int y = 0; y < kSize; y += 3) {
                for (const int x : {0, 21, kSize - kRun}) {
                    const Run run(sampler, x, y);
                    for (int i = 0; i < kRun; ++i) {
                        const auto alone = sampler.at(x + i, y);
                        const auto k = static_cast<std::size_t>(i);
                        const bool seen = run.freedom[k] != WarpedSampler::Freedom::core;
                        seen_once += alone.has_value() != seen;
                        if (!alone || !seen) continue;
                        ++seen_both;
                        freer += run.freedom[k] != alone->freedom;
                        CHECK(std::abs(run.values[k] - alone->value) < 0.1F);
                    }
                }
            }
        }
    }
    CHECK(seen_both > 45000);
    // A place on the very edge of a pixel may be rounded to either side of it.
    CHECK(seen_once < 50);
    CHECK(freer < 50);
}

TEST_CASE("nothing of a core takes part in a run") {
    const PlateSample one = textured("gray", 255), other = textured("gray", 0);
    std::size_t seen = 0, hidden = 0;
    for (const Homography& map : kMaps) {
        const WarpedSampler first({&one, map}, 0, {0, 0, kSize, kSize}), second({&other, map}, 0, {0, 0, kSize, kSize});
        for (int y = 0; y < kSize; ++y) {
            for (const int x : {0, 21, kSize - kRun}) {
                const Run a(first, x, y), b(second, x, y);
                CHECK(a.sight == b.sight);
                for (std::size_t i = 0; i < kRun; ++i) {
                    CHECK(a.freedom[i] == b.freedom[i]);
                    if (a.freedom[i] == WarpedSampler::Freedom::core) {
                        ++hidden;
                        continue;
                    }
                    ++seen;
                    CHECK(a.values[i] == b.values[i]);
                }
            }
        }
    }
    CHECK(seen > 20000);
    CHECK(hidden > 1000);
}
