// Which sightings are one finding, and which are believed.
#include "verify/finding_log.hpp"

#include <doctest/doctest.h>

using namespace invisiblur;
using Kind = VerifyFinding::Kind;

namespace {

VerifyFinding seen(Kind kind, const char* method, double time_s, double score, Box box = {100, 100, 40, 50}, int track = 0) {
    VerifyFinding finding;
    finding.kind = kind;
    finding.method = method;
    finding.track = track;
    finding.start_s = time_s;
    finding.score = score;
    finding.box = box;
    return finding;
}

std::vector<VerifyFinding> log_of(const std::vector<VerifyFinding>& sightings) {
    FindingLog log;
    for (const VerifyFinding& one : sightings) log.add(one);
    return log.finish();
}

Kind verdict(const std::vector<VerifyFinding>& sightings) {
    const auto findings = log_of(sightings);
    REQUIRE(findings.size() == 1);
    return findings[0].kind;
}

}  // namespace

TEST_CASE("sightings at one place are one finding until nothing is seen for more than half a second") {
    const auto findings = log_of({seen(Kind::fresh, "hog", 1.0, 0.2), seen(Kind::fresh, "centerface", 1.4, 0.7, {104, 98, 40, 50}),
                                  seen(Kind::fresh, "hog", 1.8, 0.3), seen(Kind::fresh, "hog", 1.8, 0.9, {400, 100, 40, 50}),
                                  seen(Kind::fresh, "hog", 2.5, 0.6)});
    REQUIRE(findings.size() == 3);
    CHECK(findings[0].start_s == 1.0);
    CHECK(findings[0].end_s == 1.8);
    CHECK(findings[0].looks == 3);
    CHECK(findings[0].method == "hog+centerface");
    CHECK(findings[0].score == 0.7);
    CHECK(findings[0].box.x == 104);
    CHECK(findings[1].box.x == 400);
    CHECK(findings[2].start_s == 2.5);
}

TEST_CASE("a face moves, but its track keeps it one finding") {
    const auto findings =
        log_of({seen(Kind::remaining, "detail", 1.0, 0.9, {0, 0, 30, 30}, 7), seen(Kind::remaining, "detail", 1.1, 0.9, {60, 0, 30, 30}, 7)});
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].track == 7);
}

TEST_CASE("one weak look, or one look however sure, is doubtful; two of both kinds or two sure ones are a face") {
    CHECK(verdict({seen(Kind::fresh, "hog", 1, 0.9)}) == Kind::doubtful);
    CHECK(verdict({seen(Kind::fresh, "hog", 1, 0.3), seen(Kind::fresh, "hog", 1.1, 0.3)}) == Kind::doubtful);
    CHECK(verdict({seen(Kind::fresh, "hog", 1, 0.3), seen(Kind::fresh, "hog", 1.1, 0.6)}) == Kind::fresh);
    CHECK(verdict({seen(Kind::fresh, "hog", 1, 0.1), seen(Kind::fresh, "centerface", 1.1, 0.3)}) == Kind::fresh);
    CHECK(verdict({seen(Kind::kept, "hog", 1, 0.1)}) == Kind::kept);
}

TEST_CASE("the source's detail counts in two frames, and in one where it is nearly all there") {
    CHECK(verdict({seen(Kind::remaining, "detail", 1, 0.6)}) == Kind::doubtful);
    CHECK(verdict({seen(Kind::remaining, "detail", 1, 0.6), seen(Kind::remaining, "detail", 1.04, 0.55)}) == Kind::remaining);
    CHECK(verdict({seen(Kind::remaining, "detail", 1, 0.85)}) == Kind::remaining);
}
