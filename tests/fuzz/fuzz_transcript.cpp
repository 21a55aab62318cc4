#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "job/sound/transcript.hpp"

using namespace invisiblur;

/// Any text is a transcript whose spans are in order, or a std::invalid_argument; taking words out of any text takes all of them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const WordList words("anna\nb*\n\u5f20\u4e09\n", "fuzz");
    for (const bool markup : {false, true})
        if (!words.find(words_of(words.without(text, markup), markup)).empty()) std::abort();
    try {
        for (const av::SoundSpan& span : spans_of(words, parse_transcript(text)))
            if (!(span.start_s < span.end_s)) std::abort();
    } catch (const std::invalid_argument&) {
    }
    try {
        static_cast<void>(WordList(text, "fuzz").find(words_of(text)));
    } catch (const std::invalid_argument&) {
    }
    return 0;
}
