#include "support/at_hand.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "support/process.hpp"

using namespace invisiblur::test;

namespace {

/// This program's case below, where there is no model.
Finished without_model(const std::string& environment) {
    const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
    return shell("INVISIBLUR_MODEL=/nowhere/gone.onnx " + environment + " '" + self + "' --no-skip --test-case='needs the model'");
}

}  // namespace

TEST_CASE("needs the model" * doctest::skip()) {
    if (!has_model()) return;
}

TEST_CASE("a test skips where the model is missing, and in CI it fails") {
    for (const char* environment : {"CI=", "CI=false"}) {
        CAPTURE(environment);
        const Finished skipped = without_model(environment);
        CHECK(skipped.status == 0);
        CHECK_MESSAGE(skipped.out.find("skipped: cannot read the model '/nowhere/gone.onnx'") != std::string::npos, skipped.out);
    }
    const Finished failed = without_model("CI=true");
    CHECK(failed.status == 1);
    CHECK_MESSAGE(failed.out.find("in CI no test is skipped, and this one cannot run: cannot read the model") != std::string::npos, failed.out);
}
