#pragma once

namespace invisiblur {

/// While any of these lives, OpenCV works with so many threads; after the last one with as many as its host had chosen before. OpenCV knows
/// only one number for the whole program, so that of several at once the first one's holds.
/// In:      threads; 0 leaves OpenCV alone.
/// Threads: safe.
class OpencvThreads {
public:
    explicit OpencvThreads(int threads);
    ~OpencvThreads();
    OpencvThreads(const OpencvThreads&) = delete;
    OpencvThreads& operator=(const OpencvThreads&) = delete;

private:
    bool counts_;
};

}  // namespace invisiblur
