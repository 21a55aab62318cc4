#include "image/opencv_threads.hpp"

#include <doctest/doctest.h>

#include <opencv2/core/utility.hpp>

using invisiblur::OpencvThreads;

TEST_CASE("the host's number of OpenCV's threads is back once nobody works any more") {
    const int before = cv::getNumThreads();
    {
        const OpencvThreads one(1);
        CHECK(cv::getNumThreads() == 1);
        {
            const OpencvThreads other(2);
            CHECK(cv::getNumThreads() == 1);
        }
        CHECK(cv::getNumThreads() == 1);
    }
    CHECK(cv::getNumThreads() == before);
}

TEST_CASE("0 leaves OpenCV alone") {
    const int before = cv::getNumThreads();
    const OpencvThreads none(0);
    CHECK(cv::getNumThreads() == before);
}
