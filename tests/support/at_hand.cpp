#include "support/at_hand.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <exception>
#include <string_view>

#include "detect/text_detector.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur::test {
namespace {

bool in_ci() {
    const char* const ci = std::getenv("CI");
    return ci && std::string_view(ci) == "true";
}

}  // namespace

bool at_hand(bool there, const std::string& lack) {
    if (there) return true;
    if (in_ci()) FAIL_CHECK("in CI no test is skipped, and this one cannot run: ", lack);
    else MESSAGE("skipped: ", lack);
    return false;
}

bool has_model(const ModelFile& model) {
    std::string lack;
    try {
        checked_model_file({}, model);
    } catch (const std::exception& error) {
        lack = error.what();
    }
    return at_hand(lack.empty(), lack);
}

bool finds_text() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    MESSAGE("skipped: builds with sanitizers have no engine that computes the text detector rightly");
    return false;
#endif
    if (!has_model(kTextModel)) return false;
    std::string lack;
    try {
        make_text_detector({});
    } catch (const std::exception& error) {
        lack = error.what();
    }
    return at_hand(lack.empty(), lack);
}

}  // namespace invisiblur::test
