#include "media/sound/voice_disguise.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <utility>

#include "media/libav/handles.hpp"

extern "C" {
#include <libavutil/tx.h>
}

namespace invisiblur::av {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kWindow_s = 0.032;     // at least: two periods of a deep voice (75 Hz) and a little more
constexpr std::size_t kOverlap = 4;     // the sum of squared Hann windows is even from 3 on
constexpr double kEnvelope_s = 0.0018;  // of the cepstrum; below the shortest period of a voice (2 ms at 500 Hz), which is not the throat's
constexpr double kBendRate_hz = 16000;  // at which the coefficient's values were published
constexpr float kFloor = 1e-7F;         // of a magnitude, under the noise of 24 bits

using Complex = std::complex<float>;
using Spectrum = std::vector<Complex>;

/// A transform of a power of two of complex samples.
class Transform {
public:
    Transform(std::size_t size, bool inverse) : scale_(inverse ? 1.0F / static_cast<float>(size) : 1.0F) {
        const float scale = 1;  // which transforms of complex samples do not heed
        AVTXContext* raw = nullptr;
        check(av_tx_init(&raw, &run_, AV_TX_FLOAT_FFT, inverse ? 1 : 0, static_cast<int>(size), &scale, AV_TX_UNALIGNED), "cannot set up a Fourier transform");
        context_.reset(raw);
    }
    void operator()(Spectrum& in, Spectrum& out) const {
        run_(context_.get(), out.data(), in.data(), sizeof(Complex));
        for (Complex& value : out) value *= scale_;
    }

private:
    std::unique_ptr<AVTXContext, FreeAddress<av_tx_uninit>> context_;
    av_tx_fn run_ = nullptr;
    float scale_;
};

}  // namespace

struct VoiceDisguise::State {
    State(int rate, const VoiceShape& shape)
        : pitch(shape.pitch), size(std::bit_ceil(static_cast<std::size_t>(std::max(64.0, kWindow_s * rate)))), hop(size / kOverlap), bins(size / 2 + 1),
          kept(static_cast<std::size_t>(kEnvelope_s * rate)), forward(size, false), inverse(size, true), window(size), bent(bins), in(size), sum(size + hop), a(size), b(size),
          envelope(bins), turn(bins) {
        for (std::size_t i = 0; i < size; ++i) window[i] = static_cast<float>(0.5 - 0.5 * std::cos(2 * kPi * static_cast<double>(i) / static_cast<double>(size)));
        const double bin_angle = 2 * kPi * rate / (static_cast<double>(size) * kBendRate_hz);
        for (std::size_t k = 0; k < bins; ++k) {
            // Where the envelope of bin k is taken from; above 8 kHz nothing is bent.
            const double angle = static_cast<double>(k) * bin_angle;
            const double source = angle <= 0 || angle >= kPi ? angle : std::min(kPi, std::pow(angle, 1 / shape.bend));
            bent[k] = std::min(source / bin_angle, static_cast<double>(bins - 1));
        }
        in.assign(size - hop, 0.0F);  // so that the first samples lie under as many windows as all others
    }

    void step();
    void find_envelope();
    void find_peaks();
    void move_peaks();
    float envelope_at(double bin) const;

    const double pitch;
    const std::size_t size, hop, bins, kept;
    const Transform forward, inverse;
    std::vector<float> window;
    std::vector<double> bent;
    std::vector<float> in;   ///< what waits for windows
    std::vector<float> sum;  ///< of windows that overlap
    std::vector<float> out;
    Spectrum a, b;
    std::vector<float> envelope;
    std::vector<double> turn;  ///< of the phase, by bin of the source
    std::vector<double> magnitude;
    std::vector<std::size_t> peaks;
    std::int64_t to_skip = 0, taken = 0, given = 0;
};

/// The smoothed logarithm of the spectrum (cepstral envelope), as magnitudes.
void VoiceDisguise::State::find_envelope() {
    Spectrum log(size), cepstrum(size);
    for (std::size_t k = 0; k < bins; ++k) {
        log[k] = std::log(std::max(std::abs(b[k]), kFloor));
        if (k > 0 && k < size / 2) log[size - k] = log[k];
    }
    inverse(log, cepstrum);
    for (std::size_t n = kept + 1; n < size - kept; ++n) cepstrum[n] = 0;
    forward(cepstrum, log);
    for (std::size_t k = 0; k < bins; ++k) envelope[k] = std::exp(log[k].real());
}

float VoiceDisguise::State::envelope_at(double bin) const {
    const auto left = std::min(static_cast<std::size_t>(bin), bins - 2);
    const auto share = static_cast<float>(bin - static_cast<double>(left));
    return envelope[left] + (envelope[left + 1] - envelope[left]) * share;
}

/// Bins that are louder than two on either side.
void VoiceDisguise::State::find_peaks() {
    magnitude.resize(bins);
    for (std::size_t k = 0; k < bins; ++k) magnitude[k] = std::abs(b[k]);
    peaks.clear();
    for (std::size_t k = 2; k + 2 < bins; ++k) {
        const double m = magnitude[k];
        if (m > magnitude[k - 1] && m > magnitude[k - 2] && m >= magnitude[k + 1] && m >= magnitude[k + 2]) peaks.push_back(k);
    }
}

/// Each peak moves with the bins nearest to it; the phase goes on from frame to frame at the frequency that it has now.
void VoiceDisguise::State::move_peaks() {
    std::ranges::fill(a, Complex{});
    std::vector<double> next(bins);
    for (std::size_t p = 0; p < peaks.size(); ++p) {
        const std::size_t peak = peaks[p];
        const std::size_t first = p == 0 ? 0 : (peaks[p - 1] + peak + 1) / 2, end = p + 1 == peaks.size() ? bins : (peak + peaks[p + 1] + 1) / 2;
        // A parabola through the logarithms finds a Hann window's peak between bins.
        const double l = std::log(magnitude[peak - 1] + 1e-12), m = std::log(magnitude[peak] + 1e-12), r = std::log(magnitude[peak + 1] + 1e-12);
        const double bend = l - 2 * m + r, place = static_cast<double>(peak) + (bend < 0 ? std::clamp(0.5 * (l - r) / bend, -0.5, 0.5) : 0);
        const double shift = place * (pitch - 1);
        const auto bins_on = static_cast<std::ptrdiff_t>(std::lround(shift));
        const double angle = std::remainder(turn[peak] + 2 * kPi * shift * static_cast<double>(hop) / static_cast<double>(size), 2 * kPi);
        const auto rotation = std::polar(1.0F, static_cast<float>(angle));
        for (std::size_t k = first; k < end; ++k) {
            next[k] = angle;
            const std::ptrdiff_t to = static_cast<std::ptrdiff_t>(k) + bins_on;
            if (to < 0 || to >= static_cast<std::ptrdiff_t>(bins)) continue;
            const auto target = static_cast<std::size_t>(to);
            a[target] += b[k] / std::max(envelope[k], kFloor) * envelope_at(bent[target]) * rotation;
        }
    }
    turn = std::move(next);
}

void VoiceDisguise::State::step() {
    for (std::size_t i = 0; i < size; ++i) a[i] = in[i] * window[i];
    forward(a, b);
    find_envelope();
    find_peaks();
    move_peaks();
    a[0] = a[0].real();
    a[size / 2] = a[size / 2].real();
    for (std::size_t k = 1; k < size / 2; ++k) a[size - k] = std::conj(a[k]);
    inverse(a, b);
    const float level = 1.0F / (0.375F * static_cast<float>(kOverlap));  // 3/8 is a squared Hann window's mean
    for (std::size_t i = 0; i < size; ++i) sum[i] += b[i].real() * window[i] * level;
    in.erase(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(hop));
    out.insert(out.end(), sum.begin(), sum.begin() + static_cast<std::ptrdiff_t>(hop));
    sum.erase(sum.begin(), sum.begin() + static_cast<std::ptrdiff_t>(hop));
    sum.resize(size + hop);
    const auto skipped = std::min<std::int64_t>(to_skip, static_cast<std::int64_t>(out.size()));
    out.erase(out.begin(), out.begin() + skipped);
    to_skip -= skipped;
}

VoiceShape random_voice_shape() {
    std::random_device source;
    std::uniform_real_distribution<double> semitones(3, 5), lower(0.75, 0.9), higher(1.1, 1.25);
    const double pitch = std::exp2((source() % 2 == 0 ? 1 : -1) * semitones(source) / 12);
    return {pitch, source() % 2 == 0 ? lower(source) : higher(source)};
}

VoiceDisguise::VoiceDisguise(int rate, const VoiceShape& shape) : state_(std::make_unique<State>(rate, shape)) {
    state_->to_skip = static_cast<std::int64_t>(state_->size - state_->hop);
}
VoiceDisguise::~VoiceDisguise() = default;
VoiceDisguise::VoiceDisguise(VoiceDisguise&&) noexcept = default;

void VoiceDisguise::push(std::span<const float> samples) {
    State& s = *state_;
    s.in.insert(s.in.end(), samples.begin(), samples.end());
    s.taken += static_cast<std::int64_t>(samples.size());
    while (s.in.size() >= s.size) s.step();
}

void VoiceDisguise::finish() {
    State& s = *state_;
    const std::int64_t all = s.taken;
    while (s.given + static_cast<std::int64_t>(s.out.size()) < all) {
        s.in.resize(s.size);
        s.step();
    }
    s.out.resize(static_cast<std::size_t>(all - s.given));
}

std::vector<float> VoiceDisguise::pop() {
    state_->given += static_cast<std::int64_t>(state_->out.size());
    return std::exchange(state_->out, {});
}

}  // namespace invisiblur::av
