#include "detect/head_pose.hpp"

#include <doctest/doctest.h>


using namespace invisiblur;

TEST_CASE("a head's pose comes back from its points, wherever it is in the picture") {
    for (const HeadPose& pose : {HeadPose{0, 0, 0}, {25, 0, 0}, {-25, 0, 0}, {0, 15, 0}, {0, -15, 0}, {0, 0, 30}, {20, 10, -15}, {-35, -8, 5}}) {
        CAPTURE(pose.yaw);
        CAPTURE(pose.pitch);
        CAPTURE(pose.roll);
        const auto found = head_pose(projected_head(pose, 900, 1280, 720), 1280, 720);
        REQUIRE(found);
        CHECK(found->yaw == doctest::Approx(pose.yaw).epsilon(0.01).scale(50));
        CHECK(found->pitch == doctest::Approx(pose.pitch).epsilon(0.01).scale(50));
        CHECK(found->roll == doctest::Approx(pose.roll).epsilon(0.01).scale(50));
    }
}

TEST_CASE("signs are as said: right, up and clockwise as the viewer sees it") {
    const FacePoints front = projected_head({}, 900, 1000, 1000);
    const auto nose_from_eyes = [](const FacePoints& p) { return p[2].x - (p[0].x + p[1].x) / 2; };
    CHECK(nose_from_eyes(projected_head({30, 0, 0}, 900, 1000, 1000)) > nose_from_eyes(front));
    CHECK(projected_head({0, 20, 0}, 900, 1000, 1000)[2].y - projected_head({0, 20, 0}, 900, 1000, 1000)[0].y < front[2].y - front[0].y);
    const FacePoints turned = projected_head({0, 0, 20}, 900, 1000, 1000);
    CHECK(turned[1].y > turned[0].y);
}

TEST_CASE("points on one another are no head") {
    CHECK_FALSE(head_pose(FacePoints{}, 640, 480).has_value());
}
