#pragma once
#include <memory>
#include <span>
#include <vector>

namespace invisiblur::av {

/// How a voice is changed.
/// Units: pitch, the factor of all frequencies of the excitation; bend, the power to which frequencies of resonances are raised.
struct VoiceShape {
    double pitch = 1;
    double bend = 1;
};

/// A shape drawn anew from the machine's source of randomness, of which nothing is kept: three to five semitones up or down, resonances bent by a
/// tenth to a quarter. None is near the voice as it was.
VoiceShape random_voice_shape();

/// Changes pitch and formants of one channel, each for itself.
/// Method:  the short-time spectrum (Hann windows of some 40 ms, three quarters overlapping) is parted by its cepstrum into an envelope, which the
///          throat makes, and what is left, which the cords make. Peaks of the latter move by the pitch's factor with the phases that continue
///          them (Laroche & Dolson, "New phase-vocoder techniques for pitch-shifting", WASPAA 1999); the envelope is bent as the McAdams coefficient
///          bends poles, angle -> angle^bend at 16 kHz (Patino et al., "Speaker anonymisation using the McAdams coefficient", Interspeech 2021).
/// Units:   samples of full scale 1.
/// Order:   push(), pop() until it gives nothing, again; finish(), pop(). As many samples come out as went in, in step with them.
/// Threads: one thread at a time.
class VoiceDisguise {
public:
    VoiceDisguise(int rate, const VoiceShape& shape);
    ~VoiceDisguise();
    VoiceDisguise(VoiceDisguise&&) noexcept;

    void push(std::span<const float> samples);
    void finish();

    /// All that is ready.
    std::vector<float> pop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace invisiblur::av
