#include "track/look_ahead.hpp"

#include <algorithm>

#include "base/stage_times.hpp"
#include "image/opencv_threads.hpp"

namespace invisiblur {

LookAhead::LookAhead(MultiScaleDetector& detector, int every, int luma_factor, int camera_luma_factor, int threads)
    : detector_(detector), every_(every), luma_factor_(luma_factor), camera_luma_factor_(camera_luma_factor), threads_(threads), thread_([this] { run(); }) {}

LookAhead::~LookAhead() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void LookAhead::expect(PicturePtr picture, std::int64_t turn) {
    {
        const std::lock_guard lock(mutex_);
        expected_.push_back({std::move(picture), turn, {}, false, nullptr});
    }
    changed_.notify_all();
}

std::optional<LookAhead::Seen> LookAhead::take(const Picture& picture) {
    std::unique_lock lock(mutex_);
    if (expected_.empty() || expected_.front().picture.get() != &picture) return std::nullopt;
    changed_.wait(lock, [this] { return expected_.front().done; });
    const Expected taken = std::move(expected_.front());
    expected_.pop_front();
    if (taken.error) std::rethrow_exception(taken.error);
    return taken.seen;
}

std::vector<Face> LookAhead::look_anew(const std::function<std::vector<Face>()>& look) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !busy_; });
    for (Expected& expected : expected_) {
        if (!expected.seen.faces && !expected.error) continue;
        expected.seen.faces.reset();
        expected.error = nullptr;
        expected.done = false;
    }
    std::vector<Face> faces = look();  // the mutex keeps the thread from its next look
    lock.unlock();
    changed_.notify_all();
    return faces;
}

LookAhead::Expected* LookAhead::next_undone() {
    const auto next = std::find_if(expected_.begin(), expected_.end(), [](const Expected& e) { return !e.done; });
    return next == expected_.end() ? nullptr : &*next;
}

void LookAhead::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return ended_ || next_undone() != nullptr; });
        if (ended_) return;
        Expected& expected = *next_undone();  // taken away only once it is done
        busy_ = true;
        lock.unlock();
        work_on(expected);
        lock.lock();
        expected.done = true;
        busy_ = false;
        changed_.notify_all();
    }
}

void LookAhead::work_on(Expected& expected) {
    const StageTimer timer(Stage::detect);
    const OpencvThreads bound(threads_);
    try {
        if (!expected.seen.luma) {
            const ImageView& view = expected.picture->view();
            expected.seen.luma = std::make_shared<const GrayImage>(block_mean_luma(view, luma_factor_));
            if (camera_luma_factor_ > 0) expected.seen.camera_luma = std::make_shared<const GrayImage>(block_mean_luma(view, camera_luma_factor_));
        }
        if (expected.turn % every_ != 0) return;
        detector_.take_turn(expected.turn / every_);
        expected.seen.faces = detector_.find(*expected.picture, false, expected.seen.luma);
    } catch (...) {
        expected.error = std::current_exception();
    }
}

}  // namespace invisiblur
