#pragma once
#include <span>
#include <vector>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// Two boxes that overlap this much are one face.
inline constexpr float kSameFaceIou = 0.5F;

/// Whether two boxes overlap that much, or one lies within the other.
bool same_face(const Box& a, const Box& b);

/// Which face belongs to which expected box: the best pairs first, each box and face at most once.
/// In:      least, the affinity a pair must have: intersection over union, plus a little where the centres are close.
/// Returns: for each expected box the index of its face, or -1.
std::vector<int> associate(std::span<const Box> expected, std::span<const Face> faces, std::span<const std::uint8_t> face_taken,
                           float least);

}  // namespace invisiblur
