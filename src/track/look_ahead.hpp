#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "detect/multi_scale_detector.hpp"
#include "image/picture.hpp"

namespace invisiblur {

/// Works ahead of the tracker in a thread of its own, on pictures that it will come to: makes their luma, and runs the detector where it is
/// the turn of one. A cut, which only the tracker can tell, makes looks behind it void; they are done anew. So the answers are those that
/// the tracker would have got from the detector itself.
/// Order:   expect() pictures in order, take() each as the tracker comes to it.
/// Owns:    borrows the detector, which nobody else asks to find() meanwhile.
/// Threads: one thread at a time.
class LookAhead {
public:
    /// In: every, of so many turns one has a look; luma_factor, camera_luma_factor, source pixels per pixel of the lumas, the second 0
    /// where it is not wanted; threads, as OpencvThreads.
    LookAhead(MultiScaleDetector& detector, int every, int luma_factor, int camera_luma_factor, int threads);
    ~LookAhead();
    LookAhead(const LookAhead&) = delete;
    LookAhead& operator=(const LookAhead&) = delete;

    /// In: turn, the picture's number in the whole video.
    void expect(PicturePtr picture, std::int64_t turn);

    /// What is known of a picture that was expected.
    struct Seen {
        std::shared_ptr<const GrayImage> luma, camera_luma;
        std::optional<std::vector<Face>> faces;  ///< where it was the turn of a look
    };
    /// The next picture, once it was worked on; none where it is not the one that was expected next.
    /// Errors: what the detector threw.
    std::optional<Seen> take(const Picture& picture);

    /// Runs the detector itself, for the picture taken last, at which a new shot begins: all looks behind it are done anew.
    std::vector<Face> look_anew(const std::function<std::vector<Face>()>& look);

private:
    struct Expected {
        PicturePtr picture;
        std::int64_t turn = 0;
        Seen seen;
        bool done = false;
        std::exception_ptr error;
    };

    void run();
    Expected* next_undone();
    void work_on(Expected& expected);

    MultiScaleDetector& detector_;
    int every_;
    int luma_factor_;
    int camera_luma_factor_;
    int threads_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Expected> expected_;  ///< a deque's elements stay where they are while others come and go at its ends
    bool busy_ = false;
    bool ended_ = false;
    std::thread thread_;
};

}  // namespace invisiblur
