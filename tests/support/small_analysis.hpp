#pragma once
#include <memory>

#include "pipeline/face_stage.hpp"

namespace invisiblur::test {

inline constexpr int kSmallWidth = 20, kSmallHeight = 12;

/// What a first pass over eight small frames could have learned: a shot without faces, one before a moving camera, one before a still one.
std::shared_ptr<Analysis> small_analysis();

}  // namespace invisiblur::test
