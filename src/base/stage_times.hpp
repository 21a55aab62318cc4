#pragma once
#include <cstdint>

namespace invisiblur {

/// The stages of the pipeline, as `bench/speed --parts stages` names them; flow and halos are the parts of tracking and plates that go over
/// faces and points side by side.
enum class Stage : std::uint8_t { read, detect, motion, track, flow, plates, halos, erase, write };
inline constexpr int kStages = 9;

/// Adds the CPU time of its thread, from its making to its end, to a stage. Does nothing but where the environment variable
/// INVISIBLUR_STAGE_TIMES names a file, to which the program's end writes a line a stage: its name and milliseconds.
/// Threads: safe.
class StageTimer {
public:
    explicit StageTimer(Stage stage);
    ~StageTimer();
    StageTimer(const StageTimer&) = delete;
    StageTimer& operator=(const StageTimer&) = delete;

private:
    Stage stage_;
    std::int64_t began_ns_;  ///< below 0 where nobody asks
    StageTimer* outer_;      ///< of this thread: its time goes on when this one ends
};

}  // namespace invisiblur
