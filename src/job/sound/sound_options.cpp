#include "job/sound/sound_options.hpp"

#include <limits>
#include <memory>

#include "job/sound/transcript.hpp"
#include "options/time_span.hpp"
#include "words/word_list.hpp"

namespace invisiblur {

av::SoundPlan make_sound_plan(const Options& options) {
    constexpr double kAlways = std::numeric_limits<double>::infinity();
    av::SoundPlan plan;
    const auto add = [&](const char* option, const std::vector<std::string>& texts, bool beep) {
        for (const std::string& text : texts) {
            const TimeSpan span = parse_time_span(option, text);
            plan.spans.push_back({span.start_s, span.end_s, beep});
        }
    };
    add("mute", options.mute, false);
    add("beep", options.beep, true);
    if (options.voice == "disguise") plan.voice = av::Voice::disguise;
    if (options.voice == "mute") plan.voice = av::Voice::mute, plan.spans.push_back({-kAlways, kAlways, false});
    if (!options.words.empty()) {
        const auto words = std::make_shared<const WordList>(read_word_list(options.words));
        for (const av::SoundSpan& span : spans_of(*words, read_transcript(options.transcript))) plan.spans.push_back(span);
        plan.without_words = [words](std::string_view text, bool markup) { return words->without(text, markup); };
    }
    plan.spans = settled(std::move(plan.spans));
    return plan;
}

}  // namespace invisiblur
