#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "base/geometry.hpp"
#include "erase/background/exemplars.hpp"
#include "image/opencv_threads.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

template <class Colour>
PatchImage picture_of(int width, int height, Colour colour) {
    PatchImage image(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < 3; ++c) image.bytes[static_cast<std::size_t>(image.at(x, y) * 4 + c)] = static_cast<std::uint8_t>(std::clamp(colour(x, y, c), 0, 255));
        }
    }
    return image;
}

void mark(std::vector<Role>& roles, int width, const Rect& where, Role role) {
    for (int y = where.y0; y < where.y1; ++y) {
        for (int x = where.x0; x < where.x1; ++x) roles[static_cast<std::size_t>(y * width + x)] = role;
    }
}

/// The picture with its hole painted.
PatchImage painted(const PatchImage& image, const Exemplars& made) {
    PatchImage out = image;
    for (std::size_t i = 0; i < made.pixels.size(); ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            float sum = 0;
            for (std::size_t k = made.begins[i]; k < made.begins[i + 1]; ++k) sum += made.copies[k].weight * static_cast<float>(image.bytes[static_cast<std::size_t>(made.copies[k].source) * 4 + c]);
            out.bytes[static_cast<std::size_t>(made.pixels[i]) * 4 + c] = static_cast<std::uint8_t>(sum + 0.5F);
        }
    }
    return out;
}

/// Mean difference of the hole from the truth, in steps.
double mean_error(const PatchImage& truth, const Exemplars& made) {
    const PatchImage out = painted(truth, made);
    double sum = 0;
    for (const int pixel : made.pixels) {
        for (std::size_t c = 0; c < 3; ++c) {
            const std::size_t i = static_cast<std::size_t>(pixel) * 4 + c;
            sum += std::abs(out.bytes[i] - truth.bytes[i]);
        }
    }
    return sum / (3.0 * static_cast<double>(made.pixels.size()));
}

bool same(const Exemplars& a, const Exemplars& b) {
    const auto same_copy = [](const Exemplars::Copy& x, const Exemplars::Copy& y) { return x.source == y.source && x.weight == y.weight; };
    return a.pixels == b.pixels && a.begins == b.begins && std::equal(a.copies.begin(), a.copies.end(), b.copies.begin(), b.copies.end(), same_copy);
}

const Rect kHole{48, 30, 80, 62};

std::vector<Role> roles_with_hole() {
    std::vector<Role> roles(128 * 96, Role::source);
    mark(roles, 128, kHole, Role::hole);
    return roles;
}

}  // namespace

TEST_CASE("stripes go on through a hole, without a hole in what comes out") {
    const PatchImage stripes = picture_of(128, 96, [](int x, int y, int c) { return ((x + y / 2) / 5 % 2 != 0 ? 60 : 190) + 10 * c; });
    const Exemplars made = find_exemplars(stripes, roles_with_hole());
    CHECK(made.pixels.size() == static_cast<std::size_t>(kHole.width() * kHole.height()));
    CHECK(mean_error(stripes, made) < 4);
}

TEST_CASE("an edge goes on straight") {
    const PatchImage edge = picture_of(128, 96, [](int x, int y, int) { return y < 46 + x / 16 ? 50 : 200; });
    CHECK(mean_error(edge, find_exemplars(edge, roles_with_hole())) < 4);
}

TEST_CASE("a gradient goes on, to about a step between its sides") {
    const PatchImage gradient = picture_of(128, 96, [](int x, int y, int c) { return 60 + x + y / 4 + c; });
    CHECK(mean_error(gradient, find_exemplars(gradient, roles_with_hole())) < 6);
}

TEST_CASE("a texture keeps its strength in a hole, where a membrane would be flat") {
    Random random(5);
    const PatchImage texture = picture_of(128, 96, [&](int, int, int) { return random.between(90, 160); });
    const PatchImage out = painted(texture, find_exemplars(texture, roles_with_hole()));
    const auto deviation = [&](const Rect& r) {
        double sum = 0, squares = 0, count = 0;
        for (int y = r.y0; y < r.y1; ++y) {
            for (int x = r.x0; x < r.x1; ++x, ++count) {
                const double v = out.bytes[static_cast<std::size_t>(out.at(x, y)) * 4];
                sum += v, squares += v * v;
            }
        }
        return std::sqrt(squares / count - sum / count * (sum / count));
    };
    CHECK(deviation(kHole) > 0.6 * deviation({4, 4, 40, 90}));
}

TEST_CASE("only sources are copied, whatever the scene, and nothing depends on what the hole and what lies beside hold") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const int width = random.between(60, 150), height = random.between(50, 120), grain = random.between(0, 30), period = random.between(3, 20);
        PatchImage image = picture_of(width, height, [&](int x, int y, int c) { return (x / period + y / period) % 2 * 80 + 60 + c * 20 + random.between(-grain, grain); });
        std::vector<Role> roles(image.count(), Role::source);
        const auto some = [&] {
            const int x = random.between(0, width - 9), y = random.between(0, height - 9);
            return intersect(Rect{x, y, x + random.between(4, width / 4), y + random.between(4, height / 4)}, Rect{0, 0, width, height});
        };
        for (const Role role : {Role::beside, Role::fitted, Role::hole, Role::beside}) mark(roles, width, some(), role);
        const Exemplars made = find_exemplars(image, roles);
        CHECK(std::all_of(made.copies.begin(), made.copies.end(), [&](const auto& copy) { return roles[static_cast<std::size_t>(copy.source)] == Role::source; }));
        CHECK(std::all_of(made.pixels.begin(), made.pixels.end(), [&](int pixel) { return roles[static_cast<std::size_t>(pixel)] == Role::hole; }));
        for (std::size_t i = 0; i < roles.size(); ++i) {
            if (roles[i] == Role::hole || roles[i] == Role::beside) std::fill_n(image.bytes.begin() + static_cast<std::ptrdiff_t>(i * 4), 4, static_cast<std::uint8_t>(random.between(0, 255)));
        }
        CHECK(same(made, find_exemplars(image, roles)));
    }
}

TEST_CASE("the number of threads changes nothing") {
    Random random(8);
    const PatchImage texture = picture_of(128, 96, [&](int x, int, int) { return x + random.between(60, 120); });
    const auto with = [&](int threads) {
        const OpencvThreads bound(threads);
        return find_exemplars(texture, roles_with_hole());
    };
    const Exemplars one = with(1);
    CHECK(!one.empty());
    CHECK(same(one, with(2)));
    CHECK(same(one, with(3)));
}

TEST_CASE("where too little is known nothing is made up") {
    const PatchImage flat = picture_of(128, 96, [](int, int, int) { return 100; });
    std::vector<Role> roles(flat.count(), Role::hole);
    mark(roles, 128, {0, 0, 20, 96}, Role::source);  // less than a quarter of the hole
    CHECK(find_exemplars(flat, roles).empty());
    CHECK(find_exemplars(flat, std::vector<Role>(flat.count(), Role::source)).empty());
    CHECK(find_exemplars(PatchImage(3, 3), std::vector<Role>(9, Role::hole)).empty());
}
