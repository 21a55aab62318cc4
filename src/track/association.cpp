#include "track/association.hpp"

#include <algorithm>
#include <cmath>

#include "base/geometry.hpp"

namespace invisiblur {
namespace {

// A face that moved by half its size hardly overlaps its old place, but nothing else is as near.
constexpr float kNear = 0.6F;
constexpr float kNearBonus = 0.2F;
constexpr float kLargestRatio = 1.8F;

float affinity(const Box& expected, const Box& face) {
    const float size_e = std::sqrt(expected.w * expected.h), size_f = std::sqrt(face.w * face.h);
    if (size_e <= 0 || size_f <= 0) return 0;
    const float ratio = std::max(size_e / size_f, size_f / size_e);
    if (ratio > 1.5F * kLargestRatio) return 0;
    const float dx = expected.x + expected.w / 2 - face.x - face.w / 2, dy = expected.y + expected.h / 2 - face.y - face.h / 2;
    const float distance = std::hypot(dx, dy) / std::max(size_e, size_f);
    const float bonus = ratio < kLargestRatio && distance < kNear ? kNearBonus * (1 - distance / kNear) : 0;
    return iou(expected, face) + bonus;
}

// One box within another is the same face.
constexpr float kWithin = 0.75F;

struct Pair {
    float affinity;
    int box;
    int face;
};

}  // namespace

bool same_face(const Box& a, const Box& b) {
    const Box shared = intersect(a, b);
    const float common = shared.w > 0 && shared.h > 0 ? area(shared) : 0;
    return iou(a, b) > kSameFaceIou || common > kWithin * std::max(1.0F, std::min(area(a), area(b)));
}

std::vector<int> associate(std::span<const Box> expected, std::span<const Face> faces, std::span<const std::uint8_t> face_taken,
                           float least) {
    std::vector<Pair> pairs;
    for (std::size_t b = 0; b < expected.size(); ++b) {
        for (std::size_t f = 0; f < faces.size(); ++f) {
            if (face_taken[f]) continue;
            const float a = affinity(expected[b], faces[f].box);
            if (a >= least) pairs.push_back({a, static_cast<int>(b), static_cast<int>(f)});
        }
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) { return x.affinity > y.affinity; });
    std::vector<int> match(expected.size(), -1);
    std::vector<std::uint8_t> used(faces.size(), 0);
    for (const Pair& pair : pairs) {
        if (match[pair.box] >= 0 || used[pair.face]) continue;
        match[pair.box] = pair.face;
        used[pair.face] = 1;
    }
    return match;
}

}  // namespace invisiblur
