#pragma once
#include <string>

#include "invisiblur/transcode.hpp"
#include "media/read/kept_facts.hpp"

namespace invisiblur::cli {

/// The line that says how a job ended, in words: "clean.mkv: 2 faces hidden in 180 of 240 frames, 12.3 s; 1 place to look at: 0:05; sound and GPS are
/// still in it".
/// In: name, of the result or of what was done.
std::string summary(const std::string& name, const TranscodeJob& job, const Report& report, const av::KeptFacts& kept);

/// What a summary says of the voices in a result that has sound; "" where somebody decided about them.
/// In: said, Options::voice; publish, whether the result goes out into the world.
std::string voices_note(const std::string& said, bool publish);

}  // namespace invisiblur::cli
