#pragma once
#include <condition_variable>
#include <mutex>
#include <string_view>

namespace invisiblur::serve {

/// Hands a body's pieces from the thread that they come in by to the one that reads them. Each waits for the other, so that nothing is
/// copied or piles up.
/// Threads: two, one for each side.
class BodyRelay {
public:
    // The side that they come in by.

    /// Waits until the reader asks for a piece. False where it wants none any more.
    bool wanted();

    /// Waits until the reader has done with the piece. The same answer.
    bool give(std::string_view piece);

    /// No more comes; `whole` where that is the body's end.
    void end(bool whole);

    // The reader's side.

    /// The next piece, valid until the next call; "" at the end.
    std::string_view next();
    bool whole();

    /// It wants none any more.
    void close();

private:
    std::mutex mutex_;
    std::condition_variable news_;
    std::string_view piece_;
    bool asked_ = false;
    bool closed_ = false;
    bool ended_ = false;
    bool whole_ = false;
};

}  // namespace invisiblur::serve
