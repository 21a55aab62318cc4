#include "serve/body_relay.hpp"

namespace invisiblur::serve {

bool BodyRelay::wanted() {
    std::unique_lock lock(mutex_);
    news_.wait(lock, [this] { return asked_ || closed_; });
    return !closed_;
}

bool BodyRelay::give(std::string_view piece) {
    if (!wanted()) return false;
    {
        const std::lock_guard lock(mutex_);
        piece_ = piece;
        asked_ = false;
        news_.notify_all();
    }
    return wanted();
}

void BodyRelay::end(bool whole) {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
    whole_ = whole;
    news_.notify_all();
}

std::string_view BodyRelay::next() {
    std::unique_lock lock(mutex_);
    piece_ = {};
    asked_ = true;
    news_.notify_all();
    news_.wait(lock, [this] { return !piece_.empty() || ended_; });
    return piece_;
}

bool BodyRelay::whole() {
    const std::lock_guard lock(mutex_);
    return whole_;
}

void BodyRelay::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    news_.notify_all();
}

}  // namespace invisiblur::serve
