#include "erase/fill/poisson.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

using namespace invisiblur;

namespace {

struct Problem {
    int width, height;
    std::vector<float> values;
    std::vector<PoissonKind> kinds;

    Problem(int w, int h, const std::function<float(int, int)>& truth, const std::function<PoissonKind(int, int)>& kind)
        : width(w), height(h) {
        for (int y = 0; y < h; ++y) {
            for (int x = 0; x < w; ++x) {
                kinds.push_back(kind(x, y));
                values.push_back(kinds.back() == PoissonKind::given ? truth(x, y) : -1000.0F);
            }
        }
    }
    void solve(float fallback = 0, PoissonBorder border = PoissonBorder::rough) { solve_poisson(values, kinds, width, height, fallback, border); }
    float at(int x, int y) const { return values[static_cast<std::size_t>(y) * width + x]; }
};

PoissonKind disc(int x, int y) {
    return std::hypot(x - 60, y - 50) < 38 ? PoissonKind::wanted : PoissonKind::given;
}

}  // namespace

TEST_CASE("the Poisson fill of harmonic border values is that harmonic function") {
    const auto plane = [](int x, int y) { return 20 + 1.5F * static_cast<float>(x) - 0.5F * static_cast<float>(y); };
    const auto saddle = [](int x, int y) {
        const float dx = static_cast<float>(x - 60) / 10, dy = static_cast<float>(y - 50) / 10;
        return 100 + 2 * (dx * dx - dy * dy);
    };
    for (const auto& truth : {std::function<float(int, int)>(plane), std::function<float(int, int)>(saddle)}) {
        for (const PoissonBorder border : {PoissonBorder::rough, PoissonBorder::smooth}) {
            Problem problem(120, 100, truth, disc);
            problem.solve(0, border);
            float worst = 0;
            for (int y = 0; y < 100; ++y) {
                for (int x = 0; x < 120; ++x) worst = std::max(worst, std::abs(problem.at(x, y) - truth(x, y)));
            }
            // Half a step of 8 bits; a whole one where the border is as steep as no mean over a window is.
            CHECK(worst < (border == PoissonBorder::rough ? 0.5F : 1.0F));
        }
    }
}

TEST_CASE("the Poisson fill lies between the least and the greatest border value") {
    Problem problem(
        90, 70, [](int x, int y) { return static_cast<float>((x * 37 + y * 91) % 200); },
        [](int x, int y) { return x > 10 && x < 80 && y > 5 && y < 60 ? PoissonKind::wanted : PoissonKind::given; });
    problem.solve();
    for (const float v : problem.values) CHECK((v >= 0 && v < 200));
}

TEST_CASE("what a wanted sample held before takes no part") {
    Problem one(
        64, 64, [](int x, int y) { return static_cast<float>(x + y); },
        [](int x, int y) { return x > 20 && y > 20 && x < 50 && y < 63 ? PoissonKind::wanted : PoissonKind::given; });
    Problem other = one;
    for (std::size_t i = 0; i < other.values.size(); ++i) {
        if (other.kinds[i] == PoissonKind::wanted) other.values[i] = static_cast<float>(i % 251);
    }
    one.solve();
    other.solve();
    CHECK(one.values == other.values);
}

TEST_CASE("outside samples give nothing and stay") {
    Problem problem(
        40, 40, [](int, int) { return 80.0F; },
        [](int x, int y) {
            if (x < 5 || y < 5) return PoissonKind::given;
            return x > 30 ? PoissonKind::outside : PoissonKind::wanted;
        });
    problem.solve();
    CHECK(problem.at(20, 20) == doctest::Approx(80).epsilon(0.001));
    CHECK(problem.at(35, 20) == -1000.0F);
}

TEST_CASE("without any border the fallback fills") {
    Problem problem(
        9, 5, [](int, int) { return 0.0F; }, [](int, int) { return PoissonKind::wanted; });
    problem.solve(128);
    for (const float v : problem.values) CHECK(v == 128);
}

TEST_CASE("the smallest sizes are solved") {
    for (int w = 1; w < 5; ++w) {
        for (int h = 1; h < 5; ++h) {
            Problem problem(
                w, h, [](int, int) { return 7.0F; }, [](int x, int y) { return x == 0 && y == 0 ? PoissonKind::given : PoissonKind::wanted; });
            problem.solve();
            for (const float v : problem.values) CHECK(v == doctest::Approx(7).epsilon(0.01));
        }
    }
}
