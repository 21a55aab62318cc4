#pragma once
#include <memory>
#include <string>
#include <vector>

#include "erase/region/face_area.hpp"
#include "pipeline/face_stage.hpp"
#include "support/pictures.hpp"

namespace invisiblur::test {

/// A generated clip with its tracks: what a job with `--tracks` gets.
struct GivenClip {
    std::string what;  ///< for messages
    Options options;   ///< without tracks
    StreamShape shape;
    std::vector<TestPicturePtr> pictures;
    Tracks tracks;
};

/// A random clip: size, pixel format, interlacing, camera motion, cuts, light, walking and standing faces, options.
GivenClip random_clip(std::uint64_t seed);

/// Each core of each frame, as the compositor rounds it.
std::vector<std::vector<FaceArea>> areas_of(const GivenClip& clip);

/// The same clip with other pixels inside all cores: noise, black, or another texture, by `seed`.
GivenClip with_other_faces(const GivenClip& clip, std::uint64_t seed);

/// Erases all frames with the tracks given, in two passes or in one. Samples of each component of each output frame.
using FrameSamples = std::vector<std::vector<float>>;
std::vector<FrameSamples> erase_all(const GivenClip& clip, int passes);

}  // namespace invisiblur::test
