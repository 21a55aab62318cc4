#include "media/sound/sound_plan.hpp"

#include <algorithm>

namespace invisiblur::av {
namespace {

/// Those of one kind, joined.
std::vector<SoundSpan> joined(const std::vector<SoundSpan>& sorted, bool beep) {
    std::vector<SoundSpan> all;
    for (const SoundSpan& span : sorted) {
        if (span.beep != beep) continue;
        if (!all.empty() && span.start_s <= all.back().end_s) all.back().end_s = std::max(all.back().end_s, span.end_s);
        else all.push_back(span);
    }
    return all;
}

}  // namespace

std::vector<SoundSpan> settled(std::vector<SoundSpan> spans) {
    std::ranges::sort(spans, {}, &SoundSpan::start_s);
    const std::vector<SoundSpan> tones = joined(spans, true);
    std::vector<SoundSpan> all = tones;
    for (SoundSpan silence : joined(spans, false)) {
        for (const SoundSpan& tone : tones) {
            if (tone.end_s <= silence.start_s || tone.start_s >= silence.end_s) continue;
            if (tone.start_s > silence.start_s) all.push_back({silence.start_s, tone.start_s, false});
            silence.start_s = tone.end_s;
        }
        if (silence.start_s < silence.end_s) all.push_back(silence);
    }
    std::ranges::sort(all, {}, &SoundSpan::start_s);
    return all;
}

}  // namespace invisiblur::av
