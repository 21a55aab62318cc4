#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace invisiblur::av {

enum class Voice { keep, disguise, mute };

/// A stretch in which the source's sound is gone.
/// Units: seconds from the file's time zero, half-open [start_s, end_s).
struct SoundSpan {
    double start_s = 0;
    double end_s = 0;
    bool beep = false;  ///< a tone stands there, else silence
};

/// What becomes of sounds and words.
struct SoundPlan {
    Voice voice = Voice::keep;
    std::vector<SoundSpan> spans;  ///< in order, apart from each other

    /// A text without the words that must go; null where none must. The second argument: markup in <> and {} is none of the text.
    std::function<std::string(std::string_view, bool)> without_words;

    bool changes_sound() const { return voice != Voice::keep || !spans.empty(); }
};

/// In order and apart: where spans overlap, a tone goes before silence, so that what was beeped can be heard to be hidden.
std::vector<SoundSpan> settled(std::vector<SoundSpan> spans);

}  // namespace invisiblur::av
