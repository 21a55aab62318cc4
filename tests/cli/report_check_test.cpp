// --sign and --check-report.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "base/signature.hpp"
#include "cli/program.hpp"
#include "support/clips.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;
namespace fs = std::filesystem;

namespace {

void append(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::app) << text;
}

/// A clip, its result and its signed report.
struct Signed {
    TempDir folder;
    std::string source = folder / "talk.mkv", result = folder / "clean.mkv", report = folder / "talk.json", key = folder / "key.pem";
    std::string fingerprint;

    Signed() {
        make_clip(source, "-f lavfi -i testsrc2=s=96x64:r=10:d=0.5 -c:v ffv1");
        must_run({"openssl", "genpkey", "-algorithm", "ed25519", "-out", key});
        const Finished done = transcode_command({"--region", "8,8,16,16", "--report", report, "--sign", key, "-o", result, source});
        REQUIRE(done.status == 0);
        fingerprint = PublicKey(content_of(report + ".pub.pem"), "the key").fingerprint();
    }

    Finished check() const { return transcode_command({"--check-report", report}); }
    std::string good() const { return "signature: good, by the key " + fingerprint + "; it proves who signed only if that is the signer's key\n"; }
};

}  // namespace

TEST_CASE("a signed report whose files are what they were: three lines, status 0, and openssl agrees") {
    const Signed made;
    const Finished checked = made.check();
    CHECK(checked.status == 0);
    CHECK(checked.err.empty());
    CHECK(checked.out == made.good() + "source: unchanged, " + made.source + "\nresult: unchanged, " + made.result + "\n");
    must_run({"openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", made.report + ".pub.pem", "-in", made.report, "-sigfile", made.report + ".sig"});
}

TEST_CASE("what was changed is named, with status 1") {
    const Signed made;
    const std::string unchanged = "source: unchanged, " + made.source + "\nresult: unchanged, " + made.result + "\n";
    SUBCASE("the report") {
        append(made.report, " ");
        const Finished checked = made.check();
        CHECK(checked.status == 1);
        CHECK(checked.out == "signature: WRONG, the report, its signature or the key was changed\n" + unchanged);
    }
    SUBCASE("the result") {
        append(made.result, "x");
        const Finished checked = made.check();
        CHECK(checked.status == 1);
        CHECK(checked.out == made.good() + "source: unchanged, " + made.source + "\nresult: CHANGED, " + made.result + "\n");
    }
    SUBCASE("the source is gone") {
        fs::remove(made.source);
        const Finished checked = made.check();
        CHECK(checked.status == 1);
        CHECK(checked.out == made.good() + "source: missing, " + made.source + " is neither there nor beside the report\nresult: unchanged, " + made.result + "\n");
    }
    SUBCASE("another key beside it") {
        must_run({"openssl", "genpkey", "-algorithm", "ed25519", "-out", made.folder / "other.pem"});
        std::ofstream(made.report + ".pub.pem") << SigningKey(made.folder / "other.pem").public_pem();
        const Finished checked = made.check();
        CHECK(checked.status == 1);
        CHECK(checked.out == "signature: WRONG, the report, its signature or the key was changed\n" + unchanged);
    }
    SUBCASE("no signature") {
        fs::remove(made.report + ".sig");
        const Finished checked = made.check();
        CHECK(checked.status == 1);
        CHECK(checked.out == "signature: missing, there is no " + made.report + ".sig\n" + unchanged);
    }
}

TEST_CASE("files that moved together are found beside the report") {
    const Signed made;
    fs::create_directory(made.folder / "archive");
    for (const std::string& path : {made.source, made.result, made.report, made.report + ".sig", made.report + ".pub.pem"})
        fs::rename(path, fs::path(made.folder / "archive") / fs::path(path).filename());
    const Finished checked = transcode_command({"--check-report", made.folder / "archive/talk.json"});
    CHECK(checked.status == 0);
    CHECK(checked.out == made.good() + "source: unchanged, " + (made.folder / "archive/talk.mkv") + "\nresult: unchanged, " + (made.folder / "archive/clean.mkv") + "\n");
}

TEST_CASE("what cannot be signed or checked is said at once") {
    const TempDir folder;
    make_clip(folder / "talk.mkv", "-f lavfi -i testsrc2=s=96x64:r=10:d=0.5 -c:v ffv1");
    std::ofstream(folder / "letter") << "Dear Sir or Madam,\n";
    const auto err = [&](std::vector<std::string> arguments, int status) {
        const Finished finished = transcode_command(std::move(arguments));
        CHECK(finished.status == status);
        return finished.err;
    };
    CHECK(err({"--sign", "key.pem", folder / "talk.mkv"}, 2) == "invis-transcode: --sign signs the report: add --report FILE\n");
    CHECK(err({"--sign", folder / "letter", "--report", folder / "r.json", folder / "talk.mkv"}, 1).find("is no private key for Ed25519 in PEM") != std::string::npos);
    CHECK_FALSE(fs::exists(folder / "talk_invisible.mkv"));
    CHECK(err({"--check-report", folder / "letter"}, 1) == "invis-transcode: --check-report: " + (folder / "letter") + " is no report: give the file that --report wrote\n");
    CHECK(err({"--check-report", folder / "none"}, 1) == "invis-transcode: --check-report: cannot read " + (folder / "none") + "\n");
    CHECK(err({"--check-report", "r.json", "talk.mkv"}, 2) == "invis-transcode: --check-report checks r.json and does nothing else: leave talk.mkv out\n");
}
