#include "image/opencv_threads.hpp"

#include <algorithm>
#include <mutex>

#include <opencv2/core/utility.hpp>

namespace invisiblur {
namespace {

std::mutex mutex;
int users = 0;
int hosts_threads = 0;

void set_threads(int threads) {
    if (cv::getNumThreads() != threads) cv::setNumThreads(threads);
}

}  // namespace

OpencvThreads::OpencvThreads(int threads) : counts_(threads > 0) {
    if (!counts_) return;
    const std::lock_guard lock(mutex);
    if (users++ > 0) return;
    hosts_threads = cv::getNumThreads();
    // More threads than processors do no good, and OpenCV complains about them on standard error.
    set_threads(std::min(threads, std::max(1, cv::getNumberOfCPUs())));
}

OpencvThreads::~OpencvThreads() {
    if (!counts_) return;
    const std::lock_guard lock(mutex);
    if (--users == 0) set_threads(hosts_threads);
}

}  // namespace invisiblur
