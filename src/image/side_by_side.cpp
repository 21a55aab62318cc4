#include "image/side_by_side.hpp"

#include <atomic>
#include <exception>
#include <mutex>

#include <opencv2/core/utility.hpp>

namespace invisiblur {
namespace {

/// OpenCV orders what its threads do before, within and after a loop. It says so to nobody: this says it to the thread sanitizer, which
/// then sees every race within a loop's body and none that is not there.
std::atomic<unsigned> order{0};

class Body final : public cv::ParallelLoopBody {
public:
    explicit Body(const std::function<void(std::size_t)>& each) : each_(each) { order.fetch_add(1); }

    void operator()(const cv::Range& range) const override {
        order.fetch_add(1);
        for (int i = range.start; i < range.end; ++i) {
            try {
                each_(static_cast<std::size_t>(i));
            } catch (...) {
                const std::lock_guard lock(mutex_);
                if (!first_) first_ = std::current_exception();
            }
        }
        order.fetch_add(1);
    }

    void finish() {
        order.fetch_add(1);
        if (first_) std::rethrow_exception(first_);
    }

private:
    const std::function<void(std::size_t)>& each_;
    mutable std::mutex mutex_;
    mutable std::exception_ptr first_;
};

}  // namespace

void side_by_side(std::size_t count, const std::function<void(std::size_t)>& each) {
    if (count == 0) return;
    if (count == 1) return each(0);
    Body body(each);
    cv::parallel_for_(cv::Range(0, static_cast<int>(count)), body);
    body.finish();
}

}  // namespace invisiblur
