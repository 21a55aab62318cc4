// What decides in a live job when frames go out, which are left out and where blank ones stand.
#include <doctest/doctest.h>

#include "job/live/frame_thinner.hpp"
#include "job/live/live_schedule.hpp"
#include "job/live/playout_clock.hpp"

using namespace invisiblur;

namespace {

constexpr double kFrame_s = 0.04;

/// Frames of 25 a second from `first` to `end` that come `lag_s` after their time.
void come(PlayoutClock& clock, int first, int end, double lag_s) {
    for (int i = first; i < end; ++i) clock.arrive(i * kFrame_s, i * kFrame_s + lag_s);
}

}  // namespace

TEST_CASE("a frame is due a delay after the shortest way here") {
    PlayoutClock clock(1);
    come(clock, 0, 20, 100.3);
    clock.arrive(20 * kFrame_s, 20 * kFrame_s + 100.1);
    CHECK(clock.due_s(20 * kFrame_s) == doctest::Approx(20 * kFrame_s + 101.1));
    CHECK(clock.shift_s() == doctest::Approx(0));
}

TEST_CASE("a burst that makes up for a stall is late, and times stay") {
    PlayoutClock clock(1);
    come(clock, 0, 50, 0.1);
    for (int i = 50; i < 100; ++i) clock.arrive(i * kFrame_s, 100 * kFrame_s + 0.1);  // two seconds at once
    CHECK(clock.due_s(50 * kFrame_s) < 100 * kFrame_s);
    CHECK(clock.due_s(99 * kFrame_s) > 100 * kFrame_s);
    CHECK(clock.shift_s() == doctest::Approx(0));
}

TEST_CASE("where a source goes on after a stall without making up for it, times go on behind the blank pictures") {
    PlayoutClock clock(1);
    come(clock, 0, 50, 0.1);
    come(clock, 50, 120, 2.1);
    CHECK(clock.shift_s() == doctest::Approx(2));
    CHECK(clock.due_s(119 * kFrame_s) == doctest::Approx(119 * kFrame_s + 3.1));
}

TEST_CASE("a source that is opened anew may begin at any time") {
    for (const double begin_s : {0.0, 5000.0}) {
        CAPTURE(begin_s);
        PlayoutClock clock(1);
        come(clock, 0, 50, 0.1);
        clock.reopen();
        clock.arrive(begin_s, 10);
        CHECK(begin_s + clock.shift_s() == doctest::Approx(9.9));
        CHECK(clock.due_s(begin_s) == doctest::Approx(11));
    }
}

TEST_CASE("slow drift of the source's clock is followed") {
    PlayoutClock clock(1);
    for (int i = 0; i < 100000; ++i) clock.arrive(i * kFrame_s, i * kFrame_s * 1.0001 + 0.1);  // 0.4 s in all
    CHECK(clock.due_s(4000) == doctest::Approx(4000 * 1.0001 + 1.1).epsilon(1e-6));
}

TEST_CASE("frames are left out evenly, the more the later they are, and come back") {
    FrameThinner thinner;
    int kept = 0;
    for (int i = 0; i < 100; ++i) kept += thinner.keep(0.2);
    CHECK(kept == 100);
    for (int i = 0; i < 60; ++i) thinner.keep(3);
    CHECK(thinner.share() < 0.5);
    CHECK(thinner.share() > 0);
    const double share = thinner.share();
    int longest = 0, gap = 0;
    for (int i = 0; i < 100; ++i) {  // as late as may be
        gap = thinner.keep(0.7) ? 0 : gap + 1;
        longest = std::max(longest, gap);
    }
    CHECK(thinner.share() == share);
    CHECK(longest <= 1 / share);
    for (int i = 0; i < 1000; ++i) thinner.keep(0);
    CHECK(thinner.share() == doctest::Approx(1));
}

TEST_CASE("a late frame goes out blank, once, and what comes of it later is forgotten") {
    LiveSchedule schedule(40, kFrame_s, 1);
    schedule.come(10);
    CHECK(schedule.plan({0, 10, 11}));
    CHECK(schedule.plan({40, 10.04, 11.04}));
    CHECK_FALSE(schedule.plan({40, 10.05, 11.04}));
    CHECK_FALSE(schedule.blank_due(10.9, true));
    CHECK_FALSE(schedule.blank_due(11.02, false));
    CHECK(schedule.blank_due(11.02, true) == 0);
    schedule.sent(0);
    CHECK_FALSE(schedule.blank_due(11.02, true));
    CHECK_FALSE(schedule.planned(0));
    REQUIRE(schedule.planned(40));
    CHECK(schedule.planned(40)->came_s == doctest::Approx(10.04));
}

TEST_CASE("blank pictures go on at the usual rate while nothing comes, until the end") {
    LiveSchedule schedule(40, kFrame_s, 1);
    schedule.come(10);
    schedule.plan({0, 10, 11});
    schedule.sent(0);
    CHECK_FALSE(schedule.blank_due(11.03, false));
    CHECK(schedule.next_due_s(false) == doctest::Approx(11.04));
    for (const std::int64_t pts : {40, 80, 120}) {
        CHECK(schedule.blank_due(11.2, false) == pts);
        schedule.sent(pts);
    }
    CHECK_FALSE(schedule.plan({80, 11.2, 12.2}));  // their time has gone by
    CHECK(schedule.plan({160, 11.2, 12.2}));
    schedule.sent(160);
    schedule.end();
    CHECK_FALSE(schedule.blank_due(100, true));
}

TEST_CASE("a source of which frames are left out is not silent") {
    LiveSchedule schedule(40, kFrame_s, 1);
    schedule.come(10);
    schedule.plan({0, 10, 11});
    schedule.sent(0);
    schedule.come(11);
    CHECK_FALSE(schedule.blank_due(11.5, true));
}
