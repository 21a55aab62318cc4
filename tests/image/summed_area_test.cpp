#include "image/summed_area.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using namespace invisiblur;

TEST_CASE("sums, counts and means over rectangles are what adding up gives") {
    std::mt19937 random(2);
    constexpr int kWidth = 37, kHeight = 23;
    std::vector<double> values(kWidth * kHeight);
    for (double& v : values) v = static_cast<double>(random() % 65536) - 32768;
    const auto counts = [&](std::size_t i) { return i % 3 != 0; };
    const CountedArea area(kWidth, kHeight, counts, [&](std::size_t i) { return values[i]; });
    for (int round = 0; round < 500; ++round) {
        const int x0 = static_cast<int>(random() % kWidth), y0 = static_cast<int>(random() % kHeight);
        const Rect r{x0, y0, x0 + static_cast<int>(random() % (kWidth - x0 + 1)), y0 + static_cast<int>(random() % (kHeight - y0 + 1))};
        double sum = 0, count = 0;
        for (int y = r.y0; y < r.y1; ++y) {
            for (int x = r.x0; x < r.x1; ++x) {
                const auto i = static_cast<std::size_t>(y * kWidth + x);
                if (counts(i)) sum += values[i], ++count;
            }
        }
        REQUIRE(area.sum(r) == sum);
        REQUIRE(area.count(r) == count);
        REQUIRE(area.mean(r) == (count > 0 ? sum / count : 0));
    }
}

TEST_CASE("what does not count is never asked for its value") {
    const CountedArea area(4, 4, [](std::size_t i) { return i < 8; }, [](std::size_t i) { return i < 8 ? 1.0 : throw i; });
    CHECK(area.sum({0, 0, 4, 4}) == 8);
}

TEST_CASE("of an empty picture all sums are 0") {
    const SummedArea area(0, 0, [](std::size_t) { return 1; });
    CHECK(area.sum({0, 0, 0, 0}) == 0);
}
