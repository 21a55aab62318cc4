// Too little memory, and too little room at any size: status 1, a message, nothing left.
#include "bad_input/refusal.hpp"

using namespace invisiblur::test;

namespace {

/// Runs a job under a limit of the shell's `ulimit`.
Finished limited(const std::string& limit, const std::string& arguments) {
    return shell("ulimit " + limit + "; exec " + program() + " --progress none " + arguments);
}

void leaves_nothing(const TempDir& folder, const Finished& finished, const std::string& source) {
    CAPTURE(finished.err);
    CHECK(finished.status == 1);
    CHECK(finished.err.starts_with("invis-transcode: "));
    CHECK(finished.err.find("terminate called") == std::string::npos);
    CHECK(folder.names() == std::vector<std::string>{"in.mkv"});
    CHECK(content_of(folder / "in.mkv") == source);
}

}  // namespace

TEST_CASE("a disk that is full after any number of bytes") {
    const TempDir folder, elsewhere;
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=320x240:r=25:d=1,noise=alls=60:allf=t -c:v ffv1");
    const std::string source = content_of(folder / "in.mkv"), tracks = no_faces(elsewhere);
    for (const int kib : {1, 3, 17, 64, 250, 777}) {
        CAPTURE(kib);
        leaves_nothing(folder, limited("-f " + std::to_string(kib), "--tracks " + tracks + " -c:v ffv1 " + (folder / "in.mkv")), source);
    }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // whose shadow takes terabytes of the memory that is limited here

TEST_CASE("too little memory") {
    const TempDir folder, elsewhere;
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=3840x2160:r=5:d=2 -c:v mpeg4 -q:v 5");
    const std::string source = content_of(folder / "in.mkv"), tracks = no_faces(elsewhere);
    const auto within = [](int mib, const std::string& arguments) { return limited("-v " + std::to_string(mib * 1024), arguments); };
    // With less than this not even the program itself can be loaded.
    int least = 100;
    while (least < 8000 && within(least, "--version").status != 0) least += 50;
    REQUIRE(within(least, "--version").status == 0);
    int refused = 0;
    for (int mib = least + 50; mib < least + 8000; mib += 100) {
        CAPTURE(mib);
        const Finished finished = within(mib, "--threads 2 --tracks " + tracks + " " + (folder / "in.mkv"));
        if (finished.status == 0) break;
        leaves_nothing(folder, finished, source);
        ++refused;
    }
    CHECK(refused >= 3);
    CHECK(folder.names().size() == 2);  // and with enough it is done
}

#endif
