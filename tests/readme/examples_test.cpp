#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "cli/program.hpp"
#include "support/clips.hpp"

using namespace invisiblur;
namespace fs = std::filesystem;

namespace {

struct Example {
    std::string script;
    std::string makes;  ///< a file
};

/// The text between two marks; moves `at` behind it. "" where there is none any more.
std::string between(const std::string& text, std::size_t& at, const std::string& begin, const std::string& end) {
    const std::size_t first = text.find(begin, at);
    const std::size_t last = first == std::string::npos ? first : text.find(end, first + begin.size());
    if (last == std::string::npos) return {};
    at = last + end.size();
    return text.substr(first + begin.size(), last - first - begin.size());
}

std::vector<Example> examples_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    std::size_t at = 0;
    const std::string part = between(text.str(), at, "<!-- examples -->\n", "<!-- /examples -->");
    std::vector<Example> examples;
    at = 0;
    for (;;) {
        const std::string makes = between(part, at, "<!-- makes ", " -->");
        const std::string script = between(part, at, "```sh\n", "```\n");
        if (makes.empty() || script.empty()) return examples;
        examples.push_back({script, makes});
    }
}

/// The part of the sample in which the person comes in, with all its streams: short, so that a dozen jobs take seconds.
std::string short_sample() {
    return "-ss 0.8 -t 1.2 -i media/sample.mkv -map 0 -c copy -c:v libx264 -preset ultrafast -crf 18";
}

fs::path bin() {
    return fs::absolute(test::program()).parent_path();
}

/// Runs one as a reader would, in a folder with nothing but in.mkv, docs and build.
test::Finished run_example(const test::TempDir& folder, const std::string& clip, const Example& example) {
    fs::copy_file(clip, folder / "in.mkv");
    fs::create_directory_symlink(fs::absolute("docs"), folder / "docs");
    fs::create_directory_symlink(bin().parent_path(), folder / "build");
    std::ofstream(folder / ".example") << "set -e\nPATH=" << bin().string() << ":$PATH\ncd " << folder.path().string() << "\n"
                                       << example.script;
    return test::run({"bash", folder / ".example"});
}

}  // namespace

TEST_CASE("each example of docs/examples.md does what it says") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    MESSAGE("skipped: Python cannot open a library with sanitizers, and the examples' jobs are tested elsewhere under them");
    return;
#endif
    const std::vector<Example> examples = examples_of("docs/examples.md");
    REQUIRE(examples.size() >= 10);
    const test::TempDir room;
    test::make_clip(room / "in.mkv", short_sample());
    for (const Example& example : examples) {
        CAPTURE(example.script);
        const test::TempDir folder;
        const auto finished = run_example(folder, room / "in.mkv", example);
        INFO(finished.out << finished.err);
        CHECK(finished.status == 0);
        CHECK(finished.err.find("warning") == std::string::npos);
        REQUIRE(fs::exists(folder / example.makes));
        CHECK(fs::file_size(folder / example.makes) > 100);
        if (!example.makes.ends_with(".json") && !example.makes.ends_with(".txt")) {
            CHECK(test::ffprobe_pts(folder / example.makes).size() == test::ffprobe_pts(room / "in.mkv").size());
        }
    }
}

TEST_CASE("the Python example refuses wrong options and leaves nothing") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    MESSAGE("skipped: Python cannot open a library with sanitizers");
    return;
#endif
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=96x64:r=10:d=0.5 -pix_fmt yuv420p -c:v ffv1");
    const std::string call = "LD_LIBRARY_PATH=" + (bin().parent_path() / "lib").string() + " python3 docs/ctypes_example.py " +
                             (folder / "in.mkv") + " " + (folder / "out.mkv");
    const auto finished = test::shell(call + " radius=-3");
    CHECK(finished.status == 1);
    CHECK(finished.err == "ctypes_example: radius: -3 is not in the range from 1 to 64\n");
    CHECK(folder.names() == std::vector<std::string>{"in.mkv"});
    CHECK(test::shell(call).status == 0);
    CHECK(test::ffprobe_pts(folder / "out.mkv").size() == 5);
}
