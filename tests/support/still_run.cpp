// What of stills.hpp needs a whole job: a file of its own, so that a test of a core's room is linked without it.
#include <algorithm>
#include <fstream>

#include "support/stills.hpp"

namespace invisiblur::test {
namespace {

struct Collecting : Progress {
    std::vector<std::string> warnings;
    void warn(const std::string& sentence) override { warnings.push_back(sentence); }
};

}  // namespace

Options with_given_face(const TempDir& dir, const Box& box) {
    Options options;
    options.tracks = dir / "face.json";
    std::ofstream(options.tracks) << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[{"id":1,"boxes":[{"pts":0,"x":)" << box.x
                                  << R"(,"y":)" << box.y << R"(,"w":)" << box.w << R"(,"h":)" << box.h << R"(,"score":1,"from":"hand"}]}]})";
    return options;
}

bool StillRun::warned_of(const std::string& part) const {
    return std::ranges::any_of(warnings, [&](const std::string& warning) { return warning.find(part) != std::string::npos; });
}

StillRun run_still(const std::string& input, const std::string& output, const Options& options) {
    Collecting progress;
    StillRun run;
    run.report = transcode({input, output, options}, progress);
    run.warnings = progress.warnings;
    return run;
}

}  // namespace invisiblur::test
