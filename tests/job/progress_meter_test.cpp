#include "job/progress_meter.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

using namespace invisiblur;

namespace {

struct Told : Progress {
    ProgressStep last;
    void update(const ProgressStep& step) override { last = step; }
    void warn(const std::string&) override {}
};

}  // namespace

TEST_CASE("what is left counts the passes to come, from the first frames on") {
    Told told;
    av::ProgressMeter meter(told, 2);
    meter.begin_pass(1, 100);
    CHECK(told.last.left_s == -1);
    std::this_thread::sleep_for(std::chrono::milliseconds(260));
    for (int n = 0; n < 10; ++n) meter.count_frame(0);
    meter.end_pass();
    // 10 of 200 frames in some time: 190 are left.
    CHECK(told.last.left_s == doctest::Approx(told.last.frames_per_second > 0 ? 190 / told.last.frames_per_second : 0));
    meter.begin_pass(2, 100);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    for (int n = 0; n < 50; ++n) meter.count_frame(0);
    meter.end_pass();
    CHECK(told.last.left_s == doctest::Approx(50 / told.last.frames_per_second));
}
