#include "image/side_by_side.hpp"

#include <exception>
#include <mutex>

#include <opencv2/core/utility.hpp>

namespace invisiblur {

void side_by_side(std::size_t count, const std::function<void(std::size_t)>& each) {
    if (count == 1) return each(0);
    std::exception_ptr first;
    std::mutex mutex;
    cv::parallel_for_(cv::Range(0, static_cast<int>(count)), [&](const cv::Range& range) {
        for (int i = range.start; i < range.end; ++i) {
            try {
                each(static_cast<std::size_t>(i));
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!first) first = std::current_exception();
            }
        }
    });
    if (first) std::rethrow_exception(first);
}

}  // namespace invisiblur
