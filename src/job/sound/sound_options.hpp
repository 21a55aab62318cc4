#pragma once
#include "invisiblur/options.hpp"
#include "media/sound/sound_plan.hpp"

namespace invisiblur {

/// What --voice, --mute, --beep, --words and --transcript ask for. Reads the files that they name.
/// Errors: std::invalid_argument as parse_time_span(), read_word_list() and read_transcript().
av::SoundPlan make_sound_plan(const Options& options);

}  // namespace invisiblur
