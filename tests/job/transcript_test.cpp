#include "job/sound/transcript.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

using namespace invisiblur;

namespace {

/// "start-end text" of each, in milliseconds.
std::string told(const std::string& text) {
    std::string all;
    for (const SpokenText& one : parse_transcript(text))
        all += (all.empty() ? "" : ", ") + std::to_string(std::lround(one.start_s * 1000)) + "-" + std::to_string(std::lround(one.end_s * 1000)) + " " + one.text;
    return all;
}

std::string failure(const std::string& text) {
    try {
        parse_transcript(text);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "no failure";
}

constexpr const char* kNoWords = "has no times of single words: let the recogniser write them, or align it first";

std::string grid(const std::string& intervals) {
    return "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0\nxmax = 3\ntiers? <exists>\nsize = 1\nitem []:\n    item [1]:\n        class = \"IntervalTier\"\n"
           "        name = \"words\"\n        xmin = 0\n        xmax = 3\n" + intervals;
}

std::string eaf(const std::string& annotations) {
    return "<?xml version=\"1.0\"?><ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID=\"a\" TIME_VALUE=\"500\"/><TIME_SLOT TIME_SLOT_ID=\"b\" TIME_VALUE=\"900\"/>"
           "<TIME_SLOT TIME_SLOT_ID=\"c\" TIME_VALUE=\"1400\"/></TIME_ORDER><TIER TIER_ID=\"w\">" + annotations + "</TIER></ANNOTATION_DOCUMENT>";
}

std::string annotation(const std::string& from, const std::string& to, const std::string& text) {
    return "<ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1=\"" + from + "\" TIME_SLOT_REF2=\"" + to + "\"><ANNOTATION_VALUE>" + text +
           "</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>";
}

}  // namespace

TEST_CASE("WebVTT: times within cues part the words") {
    CHECK(told("WEBVTT\n\nNOTE a note\n\n1\n00:01.000 --> 00:00:03.000 align:start\nHello <00:00:01.500><c>dear</c> <00:00:02.250>Anna\n") ==
          "1000-1500 Hello , 1500-2250 dear , 2250-3000 Anna");
    CHECK(failure("WEBVTT\n\n00:01.000 --> 00:03.000\nHello dear Anna and all\n") == kNoWords);
    CHECK(failure("WEBVTT\n\nsoon --> 00:03.000\nHello\n") == "has no times in line 3: \"soon --> 00:03.000\"");
    CHECK(failure("WEBVTT\n\n00:03.000 --> 00:01.000\nHello\n") == "no failure");  // a cue that ends early is as long as it begins
}

TEST_CASE("whisper and its relatives") {
    CHECK(told(R"({"text":"Hi Anna","segments":[{"start":1,"end":2,"text":"Hi Anna","words":[{"word":" Hi","start":1,"end":1.25},{"word":" Anna","start":1.25,"end":2}]}]})") ==
          "1000-1250  Hi, 1250-2000  Anna");
    CHECK(told(R"({"words":[{"word":"Hi","start":1,"end":1.25},{"word":"42"},{"word":"Anna","start":1.5,"end":2}]})") == "1000-1250 Hi, 1250-1500 42, 1500-2000 Anna");
    CHECK(told(R"({"transcription":[{"offsets":{"from":100,"to":350},"text":" Anna"}]})") == "100-350  Anna");
    CHECK(failure(R"({"segments":[{"start":1,"end":2,"text":"Hi there Anna, how are you"}]})") == kNoWords);
    CHECK(failure(R"({"segments":[{"text":"Hi"}]})") == "has a segment without times: let the recogniser write them");
    CHECK(failure(R"({"segments":[{"start":1)") == "is no JSON: it breaks off, or was changed by hand");
    CHECK(failure("{}") == "holds no spoken word");
}

TEST_CASE("ELAN and Praat") {
    CHECK(told(eaf(annotation("a", "b", "Hi") + annotation("b", "c", "Anna"))) == "500-900 Hi, 900-1400 Anna");
    CHECK(failure(eaf(annotation("x", "y", "Hi"))) == "has no annotation with times of its own: align it first");
    CHECK(failure("<html></html>") == "is XML, and not ELAN's: it has no ANNOTATION_DOCUMENT");
    CHECK(told(grid("intervals: size = 2\nintervals [1]:\nxmin = 0\nxmax = 1.5\ntext = \"say \"\"Anna\"\"\"\nintervals [2]:\nxmin = 1.5\nxmax = 3\ntext = \"now\"\n")) ==
          "0-1500 say \"Anna\", 1500-3000 now");
    CHECK(told("\"ooTextFile\"\n\"TextGrid\"\n0\n3\n<exists>\n1\n\"IntervalTier\"\n\"w\"\n0\n3\n1\n0.5\n1\n\"Anna\"\n") == "500-1000 Anna");
    CHECK(failure(grid("intervals: size = 2\nintervals [1]:\nxmin = 0\n")) == "breaks off, or is no TextGrid as Praat writes it");
}

TEST_CASE("what is no transcript is refused") {
    CHECK(failure("  \n") == "is empty");
    CHECK(failure("1\n00:00:01,000 --> 00:00:02,000\nHi\n") == "is no transcript that is understood here: WebVTT, whisper's JSON, ELAN's .eaf or Praat's .TextGrid, as text");
    CHECK_THROWS_WITH_AS(read_transcript("no/such.vtt"), "--transcript no/such.vtt cannot be read: name another file", std::invalid_argument);
}

TEST_CASE("words are hidden with margins, and a sentence whole where no finer text tells the word's time") {
    const WordList words("anna\njohn smith", "w");
    const auto spans = spans_of(words, {{"we met Anna", 0, 3}, {"met", 0.5, 1}, {"Anna", 1, 1.5}, {"john", 5, 5.5}, {"smith", 5.5, 6}});
    REQUIRE(spans.size() == 2);
    CHECK(spans[0].start_s == doctest::Approx(0.85));
    CHECK(spans[0].end_s == doctest::Approx(1.65));
    CHECK(spans[1].start_s == doctest::Approx(4.85));
    CHECK(spans[1].end_s == doctest::Approx(6.15));
    const auto whole = spans_of(words, {{"we met Anna", 0, 3}, {"met", 0.5, 1}});
    REQUIRE(whole.size() == 1);
    CHECK(whole[0].end_s == doctest::Approx(3.15));
}
