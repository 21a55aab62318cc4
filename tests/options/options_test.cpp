#include "invisiblur/options.hpp"

#include <doctest/doctest.h>

#include <clocale>
#include <set>

#include "options/option_text.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
using test::Random;

namespace {

/// Converts to the type of any field, to count the fields of an aggregate.
struct AnyField {
    template <class T>
    operator T() const;
};

template <class T, class... Fields>
consteval std::size_t field_count() {
    if constexpr (requires { T{Fields{}..., AnyField{}}; }) {
        return field_count<T, Fields..., AnyField>();
    } else {
        return sizeof...(Fields);
    }
}

bool same(const Options& a, const Options& b) {
    for (const OptionRow& row : option_table()) {
        if (get_option(a, row.name) != get_option(b, row.name)) return false;
    }
    return true;
}

std::string error_of(std::string_view name, std::string_view value) {
    Options options;
    try {
        set_option(options, name, value);
    } catch (const std::invalid_argument& error) {
        CHECK(same(options, Options()));
        return error.what();
    }
    return "accepted";
}

std::string contradiction(std::string_view text) {
    try {
        check_options(parse_options(text));
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "";
}

std::string random_text(Random& random) {
    static constexpr std::string_view kCharacters = "ab01=:;,\\.-/ @[]\"'\n\xc3\xa9";
    std::string text(static_cast<std::size_t>(random.between(1, 12)), 'x');
    for (char& c : text) c = kCharacters[static_cast<std::size_t>(random.between(0, static_cast<int>(kCharacters.size()) - 1))];
    return text;
}

std::string random_number(Random& random, const OptionRow& row, bool whole) {
    if (!row.word.empty() && random.chance(20)) return std::string(row.word);
    const double share = random.between(0, 1'000'000) / 1e6;
    const double value = row.min + share * (row.max - row.min);
    return whole ? format_number(static_cast<std::int64_t>(value)) : format_number(value);
}

std::string random_region(Random& random) {
    const auto number = [&] { return format_number(static_cast<float>(random.between(1, 100'000)) / 7.0F); };
    std::string text = "-" + number() + "," + number() + "," + number() + "," + number();
    const int start_s = random.between(0, 9999);
    if (random.chance(50)) text += "@" + std::to_string(start_s) + "-" + (random.chance(50) ? std::to_string(start_s + 1) + ".125" : "");
    return text;
}

/// A value that the row must accept.
std::string good_value(Random& random, const OptionRow& row) {
    if (!row.choices.empty()) {
        const auto& choice = row.choices[static_cast<std::size_t>(random.between(0, static_cast<int>(row.choices.size()) - 1))];
        return choice == "solid=" ? "solid=00fF7a" : std::string(choice);
    }
    if (row.name == "bit-rate") return "2.5M";
    if (row.name == "protocols") return "http,tcp";
    if (row.name == "segment") return random.chance(50) ? "2/7" : "1:30-2:00:00.5";
    if (row.name == "follow") return "1.5,2,30,40@1:02.250";
    if (row.name == "boxes-in" || row.name == "boxes-out") return random.chance(50) ? "a:b.xml" : "boxes:coco";
    if (row.name == "encoder-opt") return "key=" + escape(random_text(random), ';');
    if (std::holds_alternative<bool Options::*>(row.field)) return random.chance(50) ? "true" : "false";
    if (std::holds_alternative<std::string Options::*>(row.field)) return random_text(random);
    if (std::holds_alternative<std::vector<Region> Options::*>(row.field)) return random_region(random);
    return random_number(random, row, !std::holds_alternative<double Options::*>(row.field));
}

}  // namespace

TEST_CASE("every field of Options has one row, with a name and a flag of its own") {
    CHECK(field_count<Options>() == option_table().size());
    std::set<std::string_view> names;
    std::set<std::string> flags;
    for (const OptionRow& row : option_table()) {
        CAPTURE(row.name);
        CHECK(names.insert(row.name).second);
        for (const auto& flag : split_escaped(row.flags, ',')) CHECK(flags.insert(flag).second);
        CHECK(row.help.ends_with('.'));
        CHECK(row.metavar.empty() == std::holds_alternative<bool Options::*>(row.field));
        const bool counts = std::holds_alternative<int Options::*>(row.field) || std::holds_alternative<double Options::*>(row.field) ||
                            std::holds_alternative<std::int64_t Options::*>(row.field);
        if (counts) CHECK(row.min < row.max);
    }
}

TEST_CASE("each default is in its own range and prints as what it is") {
    for (const OptionRow& row : option_table()) {
        CAPTURE(row.name);
        const std::string value = get_option(Options(), row.name);
        if (value.empty()) continue;
        Options options;
        CHECK_NOTHROW(set_option(options, row.name, value));
        CHECK(same(options, Options()));
    }
    CHECK(print_options(Options()).empty());
    CHECK(same(parse_options(""), Options()));
}

TEST_CASE("text, struct and text again are the same, for each row and for all together") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        Options all;
        for (const OptionRow& row : option_table()) {
            CAPTURE(row.name);
            Options one;
            const std::string value = good_value(random, row);
            CAPTURE(value);
            set_option(one, row.name, value);
            if (random.chance(30)) set_option(all, row.name, value);
            Options again;
            set_option(again, row.name, get_option(one, row.name));
            CHECK(same(one, again));
            CHECK(same(parse_options(print_options(one)), one));
        }
        CHECK(same(parse_options(print_options(all)), all));
    }
}

TEST_CASE("what is set is what the field holds") {
    const Options o = parse_options(
        "min-face=20:min-score=0.25:detect-size=auto:crf=18.5:overwrite:fill=solid=FF0000:region=1,2,3.5,4@1\\:02-1\\:03.5:only-tracks=3,4:"
        "only-tracks=5:drop=audio,gps:encoder-opt=x265-params=a=1\\:b=2:encoder-opt=g=50:max-pixels=1000000");
    CHECK(o.min_face_px == 20);
    CHECK(o.min_score == 0.25);
    CHECK(o.detect_size_px == 0);
    CHECK(o.crf == 18.5);
    CHECK(o.overwrite);
    CHECK(o.fill == "solid=FF0000");
    REQUIRE(o.regions.size() == 1);
    CHECK(o.regions[0].box.w == 3.5F);
    CHECK(o.regions[0].start_s == 62);
    CHECK(o.regions[0].end_s == 63.5);
    CHECK(o.only_tracks == std::vector<int>{3, 4, 5});
    CHECK(o.drop == std::vector<std::string>{"audio", "gps"});
    CHECK(o.encoder_options == std::vector<std::string>{"x265-params=a=1:b=2", "g=50"});
    CHECK(o.max_pixels == 1'000'000);
}

TEST_CASE("numbers are the whole value, in range and independent of the locale") {
    CHECK(error_of("min-face", "2") == "min-face: 2 is not in the range from 4 to 4096");
    CHECK(error_of("min-face", "4097") == "min-face: 4097 is not in the range from 4 to 4096");
    CHECK(error_of("crf", "64") == "crf: 64 is not in the range from 0 to 63 or auto");
    CHECK(error_of("crf", "-0.5") == "crf: -0.5 is not in the range from 0 to 63 or auto");
    for (const auto* const value : {"", " 20", "20 ", "20x", "+20", "0x20", "2e1", "20.0", "99999999999", "nan", "auto"}) {
        CAPTURE(value);
        CHECK(error_of("min-face", value).starts_with("min-face: \""));
    }
    for (const auto* const value : {"", " 1", "1 ", "1x", "nan", "NAN", "inf", "-inf", "1,5", "1e999", "0x1p3", "--1"}) {
        CAPTURE(value);
        CHECK(error_of("threshold", value).starts_with("threshold: \""));
    }
    CHECK(error_of("threshold", "1e-3") == "accepted");
    if (std::setlocale(LC_ALL, "de_DE.UTF-8")) {
        CHECK(error_of("threshold", "1.5") == "accepted");
        std::setlocale(LC_ALL, "C");
    }
}

TEST_CASE("texts must be one of their choices and follow their notation") {
    CHECK(error_of("detector", "Haar") == "detector: \"Haar\" is none of cascade|centerface|yunet|haar|sidedata");
    CHECK(error_of("drop", "audio,foo") == "drop: \"foo\" is none of audio|subtitle|data|attachment|metadata|gps");
    CHECK(error_of("fill", "solid=12345") ==
          "fill: \"solid=12345\" is none of smooth|solid[=RRGGBB]|mosaic; RRGGBB are six hexadecimal digits");
    CHECK(error_of("fill", "solid=") != "accepted");
    CHECK(error_of("fill", "solid=12345g") != "accepted");
    CHECK(error_of("fill", "") == "fill: the value is empty");
    CHECK(error_of("plate", "") == "plate: the value is empty");
    CHECK(error_of("bit-rate", "fast") == "bit-rate (-b:v): \"fast\" is not a number of bits per second such as 800k or 2.5M");
    for (const auto* const value : {"k", "0", "-1M", "1MM", "1.2.3", "."}) CHECK(error_of("bit-rate", value) != "accepted");
    CHECK(error_of("encoder-opt", "crf") == "encoder-opt: \"crf\" is not K=V");
    CHECK(error_of("encoder-opt", "=5") != "accepted");
    CHECK(error_of("protocols", "http,,tcp") != "accepted");
    CHECK(error_of("hash", "maybe") == "hash: \"maybe\" is neither true nor false");
    CHECK(error_of("only-tracks", "1,,2") != "accepted");
    CHECK(error_of("only-tracks", "-1") == "only-tracks: -1 is not in the range from 0 to 2147483647");
    CHECK(error_of("nonsense", "1") == "there is no option \"nonsense\"");
    CHECK(error_of("model", std::string_view("a\0b", 3)) == "model: a text must not hold a zero byte");
}

TEST_CASE("regions") {
    for (const auto* const value :
         {"0,0,1,1", "-5,-5,10,10", "1.5,2,3,4@0-1", "1,2,3,4@5-", "1,2,3,4@-5", "1,2,3,4@01:02:03.250-1:02:04"}) {
        CAPTURE(value);
        CHECK(error_of("region", value) == "accepted");
    }
    CHECK(error_of("region", "1,2,3") == "region: \"1,2,3\" is not X,Y,W,H[@START-END]: it needs four numbers");
    CHECK(error_of("region", "1,2,3,4,5") == "region: \"1,2,3,4,5\" is not X,Y,W,H[@START-END]: it needs four numbers");
    CHECK(error_of("region", "1,2,x,4") == "region: \"1,2,x,4\" is not X,Y,W,H[@START-END]: \"x\" is not a number");
    CHECK(error_of("region", "1,2,0,4") == "region: \"1,2,0,4\" is not X,Y,W,H[@START-END]: width and height must be greater than 0");
    CHECK(error_of("region", "1,2,3,4@9-5") == "region: \"1,2,3,4@9-5\" is not X,Y,W,H[@START-END]: START must be before END");
    for (const auto* const value : {"", ",,,", "1,2,3,nan", "1,2,3,inf", "1,2,-3,4", "1,2,3,4@", "1,2,3,4@-", "1,2,3,4@5", "1,2,3,4@5-5",
                                    "1,2,3,4@a-b", "1,2,3,4@1-2-3", "1,2,3,1e9", "1, 2,3,4", "1,2,3,4@-1-2"}) {
        CAPTURE(value);
        CHECK(error_of("region", value) != "accepted");
    }
}

TEST_CASE("boxes to follow, and files of boxes") {
    CHECK(error_of("follow", "1.5,2,3,4@0") == "accepted");
    CHECK(error_of("follow", "1,2,3,4") == "follow: \"1,2,3,4\" is not X,Y,W,H@TIME: it lacks the time at which the box holds what is to be followed");
    CHECK(error_of("follow", "1,2,3,4@1-2") == "follow: \"1,2,3,4@1-2\" is not X,Y,W,H@TIME: \"1-2\" is not a time; write seconds or [HH:]MM:SS[.mmm]");
    CHECK(error_of("follow", "1,2,0,4@1") == "follow: \"1,2,0,4@1\" is not X,Y,W,H@TIME: X, Y, W and H are four numbers, and W and H greater than 0");
    for (const auto* const value : {"a.xml", "a.csv", "a.txt", "a.json", "a.json:coco", "a:mot", "a:b:cvat"}) CHECK(error_of("boxes-in", value) == "accepted");
    CHECK(error_of("boxes-out", "a.mp4") ==
          "boxes-out: \"a.mp4\" ends with none of .xml, .csv, .txt and .json: say which format it has, as FILE:cvat, FILE:mot, FILE:coco or FILE:invisiblur");
    CHECK(error_of("boxes-out", ".xml") != "accepted");
}

TEST_CASE("times") {
    CHECK(parse_time("0") == 0);
    CHECK(parse_time("12.5") == 12.5);
    CHECK(parse_time("1:02") == 62);
    CHECK(parse_time("90:00") == 5400);
    CHECK(parse_time("01:02:03.250") == 3723.25);
    for (const auto* const text : {"", ":", "1:", ":1", "1:60", "1:60:00", "1:2:3:4", "-1", "+1", "1e3", "1.", ".5", "1.5:00", " 1", "nan",
                                   "9999999999", "99999999999999999999:00"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_time(text).has_value());
    }
}

TEST_CASE("a list of options names what it does not understand") {
    CHECK_THROWS_WITH(parse_options("min-face"), "the option \"min-face\" needs a value: write min-face=value");
    CHECK_THROWS_WITH(parse_options("hash:foo=1"), "there is no option \"foo\"");
    CHECK_THROWS_WITH(parse_options("hash:"), "there is no option \"\"");
    CHECK(parse_options("hash").hash);
}

TEST_CASE("contradicting options are named") {
    CHECK(contradiction("") == "");
    CHECK(contradiction("overwrite:never-overwrite") == "-y overwrites and -n never does: give one of them");
    CHECK(contradiction("tracks=t:only-tracks=1:except-tracks=2") ==
          "--only-tracks and --except-tracks exclude each other: give one of them");
    CHECK(contradiction("only-tracks=1") ==
          "--only-tracks and --except-tracks choose from a file: add --tracks FILE, which --save-tracks writes");
    CHECK(contradiction("bit-rate=1M:crf=0") == "-b:v fixes the size and --crf the quality: give one of them");
    CHECK(contradiction("rule=threshold:plate=none") != "");
    CHECK(contradiction("save-plate=p.png:plate=none") != "");
    CHECK(contradiction("hash:output=a.mkv") == "--hash writes no file: leave out -o or --hash");
    CHECK(contradiction("hash:analyse-only") != "");
    CHECK(contradiction("analyse-only:output=a.mkv") != "");
    CHECK(contradiction("quiet:verbose") != "");
    CHECK(contradiction("report=-:output=-") != "");
    CHECK(contradiction("save-tracks=-") != "");
    CHECK(contradiction("report=a:save-tracks=a") == "--report and --save-tracks name the same file, \"a\"");
    CHECK(contradiction("tracks=a:save-tracks=a") == "--save-tracks and --tracks name the same file, \"a\"");
    CHECK(contradiction("tracks=a:save-tracks=b:only-tracks=1:passes=1") == "");
    CHECK(contradiction("passes=1:analyse-only:save-tracks=t") == "");
    CHECK(contradiction("boxes-in=a.xml:tracks=b") == "--boxes-in and --tracks both say what is hidden: give one of them");
    CHECK(contradiction("boxes-in=a\\:cvat:boxes-out=a\\:mot") == "--boxes-out and --boxes-in name the same file, \"a\"");
    CHECK(contradiction("follow=1,2,3,4@0:passes=1") == "--follow must know its way before anything is written: leave --passes 1 out");
    CHECK(contradiction("follow=1,2,3,4@0:segment=1/2:analyse-only") != "");
}

TEST_CASE("no text makes the parser do anything but answer or throw std::invalid_argument") {
    const std::string seed_text =
        "min-face=20:region=1,2,3,4@1\\:02-5;6,7,8,9:fill=solid=00ff00:only-tracks=1;2,3:encoder-opt=a=b\\;c:hash";
    for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
        Random random(seed);
        std::string text = seed_text;
        for (int edits = random.between(1, 6); edits > 0; --edits) {
            const auto at = static_cast<std::size_t>(random.between(0, static_cast<int>(text.size()) - 1));
            if (random.chance(50)) {
                text[at] = static_cast<char>(random.between(0, 255));
            } else {
                text.replace(at, static_cast<std::size_t>(random.between(0, 3)), random_text(random));
            }
        }
        try {
            const Options options = parse_options(text);
            if (!same(parse_options(print_options(options)), options)) FAIL("does not survive printing: " << text);
        } catch (const std::invalid_argument&) {
            continue;
        }
    }
}
