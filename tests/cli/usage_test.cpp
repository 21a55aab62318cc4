#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "cli/program.hpp"
#include "invisiblur/options.hpp"

using namespace invisiblur;
using test::transcode_command;

namespace {

using Arguments = std::vector<std::string>;

/// A wrong command line: status 2, nothing on standard output and exactly this line on standard error.
void refuses(const Arguments& arguments, const std::string& sentence) {
    CAPTURE(sentence);
    const auto finished = transcode_command(arguments);
    CHECK(finished.status == 2);
    CHECK(finished.out.empty());
    CHECK(finished.err == "invis-transcode: " + sentence + "\n");
}

}  // namespace

TEST_CASE("help, version and tables go to standard output") {
    const auto first = transcode_command({"--help"});
    CHECK(first.status == 0);
    CHECK(std::ranges::count(first.out, '\n') < 70);
    for (const char* flag : {"-o, --output", "-y", "-r, --recursive", "--hide", "--region", "--mark", "--voice", "--publish", "--verify", "--report"})
        CHECK(first.out.find(std::string("\n  ") + flag) != std::string::npos);
    CHECK(first.out.find("--lookahead") == std::string::npos);
    CHECK(first.out.ends_with("\ninvis-transcode --help all prints all " + std::to_string(option_table().size()) + " options.\n"));
    CHECK(transcode_command({"-h", "in.mkv", "--min-face", "1"}).out == first.out);
    const auto help = transcode_command({"--help", "all"});
    CHECK(help.status == 0);
    CHECK(help.err.empty());
    for (const OptionRow& row : option_table()) CHECK(help.out.find(row.flags.substr(0, row.flags.find(','))) != std::string::npos);
    CHECK(help.out.find("Exit status:") != std::string::npos);

    const auto version = transcode_command({"--version"});
    CHECK(version.status == 0);
    CHECK(version.out.starts_with("invis-transcode (Invisiblur) "));
    CHECK(version.out.find("libavcodec ") != std::string::npos);
    CHECK(version.out.find("OpenCV ") != std::string::npos);

    const auto man = transcode_command({"--print-table", "man"});
    CHECK(man.status == 0);
    CHECK(man.out.starts_with(".TH INVIS-TRANSCODE 1"));
    refuses({"--print-table", "html"}, "--print-table knows markdown, man, bash, zsh and avoptions");
}

TEST_CASE("an option that nobody knows") {
    refuses({"--foo", "in.mkv"}, "there is no option --foo; see invis-transcode --help");
    refuses({"in.mkv", "--sensitivty=strict"}, "there is no option --sensitivty; did you mean --sensitivity?");
    refuses({"-x", "in.mkv"}, "there is no option -x; see invis-transcode --help");
    refuses({"-c:a", "copy", "in.mkv"}, "there is no option -c:a; see invis-transcode --help");
}

TEST_CASE("an option without a value") {
    refuses({"in.mkv", "--crf"}, "--crf needs a value, N");
    refuses({"--crf=", "in.mkv"}, "--crf has an empty value");
    refuses({"--report", "", "in.mkv"}, "--report has an empty value");
    refuses({"in.mkv", "-o", "-y"}, "-o needs a value, P, and -y is an option (a file of that name is ./-y)");
    refuses({"in.mkv", "-c:v"}, "-c:v needs a value, NAME");
}

TEST_CASE("a value that is out of range or none of the choices") {
    refuses({"--min-face", "2", "in.mkv"}, "min-face: 2 is not in the range from 4 to 4096");
    refuses({"--crf=64", "in.mkv"}, "crf: 64 is not in the range from 0 to 63 or auto");
    refuses({"--lookahead", "-1", "in.mkv"}, "lookahead: -1 is not in the range from 0 to 250");
    refuses({"--min-face", "20px", "in.mkv"}, "min-face: \"20px\" is not a number from 4 to 4096");
    refuses({"--detector", "magic", "in.mkv"}, "detector: \"magic\" is none of cascade|centerface|yunet|haar|sidedata");
    refuses({"-b:v", "fast", "in.mkv"}, "bit-rate (-b:v): \"fast\" is not a number of bits per second such as 800k or 2.5M");
    refuses({"--region", "1,2,3", "in.mkv"}, "region: \"1,2,3\" is not X,Y,W,H[@START-END]: it needs four numbers");
    refuses({"--hash=perhaps", "in.mkv"}, "hash: \"perhaps\" is neither true nor false");
}

TEST_CASE("options that contradict each other") {
    refuses({"-y", "-n", "in.mkv"}, "-y overwrites and -n never does: give one of them");
    refuses({"-b:v", "1M", "--crf", "20", "in.mkv"}, "-b:v fixes the size and --crf the quality: give one of them");
    refuses({"--only-tracks", "1", "in.mkv"},
            "--only-tracks and --except-tracks choose from a file: add --tracks FILE, which --save-tracks writes");
    refuses({"--hash", "-o", "out.mkv", "in.mkv"}, "--hash writes no file: leave out -o or --hash");
}

TEST_CASE("without arguments the program says what to do") {
    const auto finished = transcode_command({});
    CHECK(finished.status == 2);
    CHECK(finished.out.empty());
    CHECK(finished.err ==
          "Name a video, and its copy without faces will stand beside it:\n"
          "  invis-transcode talk.mp4             writes talk_invisible.mp4\n"
          "  invis-transcode --publish talk.mp4   the same, without place and names, and searched again\n"
          "  invis-transcode recordings           all videos and pictures of a folder\n"
          "invis-transcode --help says more.\n");
}

TEST_CASE("marks, signatures and publishing that contradict other options") {
    refuses({"--mark", "label", "in.mkv"}, "--mark label has no text to write: add --label TEXT");
    refuses({"--label", "b(6)", "in.mkv"}, "--label is what --mark label writes: add that, or leave --label out");
    refuses({"--mark", "box", "in.mkv"}, "mark: \"box\" is none of none|outline|label");
    refuses({"--mark", "label", "--label", "face=x", "in.mkv"}, "--label face=x: \"face\" is none of faces, text and regions, which stand before '='");
    refuses({"--publish", "--hash", "in.mkv"}, "--publish is about a result, and --hash and --analyse-only write none: leave it out");
    refuses({"--publish", "-o", "-", "in.mkv"}, "--publish reads the result again, which a pipe does not allow: give -o a file");
    refuses({"--publish", "-"}, "--publish reads the result again, which a pipe does not allow: give -o a file");
    refuses({"--sign", "k.pem", "--report", "-", "in.mkv"}, "--sign signs the report: add --report FILE");
    refuses({"--sign", "k.pem", "--report", "r.json", "-"}, "--sign names source and result by their SHA-256, which a pipe does not allow: give files");
    refuses({"--sign", "k.pem", "--report", "r.json", "--analyse-only", "in.mkv"}, "--sign signs what became of a file, and --hash and --analyse-only write none: leave it out");
}

TEST_CASE("inputs") {
    refuses({"-y"}, "no INPUT was given: name a video or a folder, as in \"invis-transcode talk.mp4\"; see invis-transcode --help");
    refuses({""}, "an argument is empty; see invis-transcode --help");
    refuses({"a.mkv", "b.mkv", "-o", "c.mkv"}, "-o c.mkv is one file, and several inputs need a folder, such as c.mkv/");
    refuses({"a.mkv", "b.mkv", "-o", "-"}, "-o - is one file, and several inputs need a folder");
    for (const std::string flag : {"--report", "--save-tracks", "--tracks", "--save-plate"})
        refuses({"a.mkv", "b.mkv", flag, "c.json"}, flag + " c.json is one file, and several inputs need a folder, such as c.json/");
    refuses({"a.mkv", "b.mkv", "--hash"}, "--hash serves one INPUT: call the program once for each");
    refuses({"x/a.mkv", "y/a.mkv", "-o", "z/"}, "x/a.mkv and y/a.mkv would both be written to z/a_invisible.mkv");
    refuses({"x/a.mkv", "y/a.mkv", "--report", "z/"}, "x/a.mkv and y/a.mkv would both be written to z/a.mkv.report.json");
    refuses({"a.mkv", "-", "-o", "z/"}, "-o z/ is a folder, and standard input has no name: give -o a file");
    refuses({"--jobs", "0", "a.mkv"}, "jobs: 0 is not in the range from 1 to 64");
    refuses({"a.mkv", "a.mkv"}, "a.mkv and a.mkv would both be written to a_invisible.mkv");
}
