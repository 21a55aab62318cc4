#include "media/sound/voice_disguise.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

using namespace invisiblur::av;

namespace {

constexpr int kRate = 16000;
constexpr double kPitch_hz = 120, kFormant_hz = 700;

/// A vowel: pulses of a pitch through one resonance, 80 Hz wide.
std::vector<float> vowel(double seconds) {
    std::vector<float> all;
    const double radius = std::exp(-std::numbers::pi * 80 / kRate), b1 = 2 * radius * std::cos(2 * std::numbers::pi * kFormant_hz / kRate), b2 = -radius * radius;
    double phase = 0, y1 = 0, y2 = 0;
    for (int i = 0; i < static_cast<int>(seconds * kRate); ++i) {
        phase += kPitch_hz / kRate;
        double pulse = 0;
        if (phase >= 1) phase -= 1, pulse = 0.1;
        const double y = pulse + b1 * y1 + b2 * y2;
        y2 = y1, y1 = y;
        all.push_back(static_cast<float>(y));
    }
    return all;
}

std::vector<float> disguised(const std::vector<float>& sound, const VoiceShape& shape, std::size_t piece = 1000) {
    VoiceDisguise disguise(kRate, shape);
    std::vector<float> all;
    const auto take = [&] {
        for (const float sample : disguise.pop()) all.push_back(sample);
    };
    for (std::size_t at = 0; at < sound.size(); at += piece) {
        disguise.push(std::span(sound).subspan(at, std::min(piece, sound.size() - at)));
        take();
    }
    disguise.finish();
    take();
    return all;
}

double power_at(const std::vector<float>& sound, double hz) {
    std::complex<double> sum;
    for (std::size_t i = 0; i < sound.size(); ++i)
        sum += static_cast<double>(sound[i]) * std::polar(0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(sound.size())),
                                                          -2 * std::numbers::pi * hz * static_cast<double>(i) / kRate);
    return std::norm(sum);
}

/// Of a sound with even harmonics: the pitch whose harmonics hold the most.
double pitch_of(const std::vector<float>& sound) {
    double best = 0, most = 0;
    for (double hz = 80; hz < 200; hz += 0.5) {
        double power = 0;
        for (int n = 1; n <= 12; ++n) power += power_at(sound, n * hz);
        if (power > most) most = power, best = hz;
    }
    return best;
}

/// The mean frequency of the power between 200 and 1500 Hz.
double formant_of(const std::vector<float>& sound) {
    double power = 0, moment = 0;
    for (double hz = 200; hz < 1500; hz += 5) {
        const double one = power_at(sound, hz);
        power += one, moment += one * hz;
    }
    return moment / power;
}

/// The greatest correlation at any shift of up to 50 ms.
double correlation(const std::vector<float>& a, const std::vector<float>& b) {
    double most = 0, aa = 0, bb = 0;
    for (const float x : a) aa += static_cast<double>(x) * static_cast<double>(x);
    for (const float x : b) bb += static_cast<double>(x) * static_cast<double>(x);
    for (int lag = -kRate / 20; lag <= kRate / 20; ++lag) {
        double ab = 0;
        for (int i = std::max(0, -lag); i < static_cast<int>(a.size()) - std::max(0, lag); ++i)
            ab += static_cast<double>(a[static_cast<std::size_t>(i)]) * static_cast<double>(b[static_cast<std::size_t>(i + lag)]);
        most = std::max(most, std::abs(ab));
    }
    return most / std::sqrt(aa * bb);
}

}  // namespace

TEST_CASE("as many samples come out as went in, in step, however they are cut") {
    const std::vector<float> sound = vowel(0.7);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{160}, std::size_t{100000}}) {
        const std::vector<float> same = disguised(sound, {}, piece);
        REQUIRE(same.size() == sound.size());
        // A shape that changes nothing gives the sound back.
        CHECK(std::equal(sound.begin(), sound.end(), same.begin(), [](float a, float b) { return std::abs(a - b) < 0.001F; }));
    }
    CHECK(disguised({}, {1.2, 0.8}).empty());
    CHECK(disguised({0.5F}, {1.2, 0.8}).size() == 1);
}

TEST_CASE("pitch and formants move, each for itself") {
    const std::vector<float> sound = vowel(1);
    const double own = formant_of(sound);
    CHECK(pitch_of(sound) == doctest::Approx(kPitch_hz).epsilon(0.01));
    CHECK(pitch_of(disguised(sound, {1.25, 1})) == doctest::Approx(kPitch_hz * 1.25).epsilon(0.02));
    CHECK(formant_of(disguised(sound, {1.25, 1})) == doctest::Approx(own).epsilon(0.08));
    CHECK(pitch_of(disguised(sound, {1, 0.8})) == doctest::Approx(kPitch_hz).epsilon(0.01));
    // A resonance as narrow as this stands in part in what the envelope leaves, so that it moves half of its way.
    CHECK(formant_of(disguised(sound, {1, 0.8})) > own + 80);
    CHECK(formant_of(disguised(sound, {1, 1.25})) < own - 80);
}

TEST_CASE("a disguised voice does not follow the source's samples") {
    const std::vector<float> sound = vowel(1);
    CHECK(correlation(sound, sound) == doctest::Approx(1));
    for (int i = 0; i < 4; ++i) CHECK(correlation(sound, disguised(sound, random_voice_shape())) < 0.35);
}

TEST_CASE("shapes differ from each other, and are never near the voice as it was") {
    double before = 0;
    for (int i = 0; i < 1000; ++i) {
        const VoiceShape shape = random_voice_shape();
        const double semitones = std::abs(12 * std::log2(shape.pitch));
        CHECK(semitones >= 2.99);
        CHECK(semitones <= 5.01);
        CHECK(std::abs(shape.bend - 1) >= 0.099);
        CHECK(std::abs(shape.bend - 1) <= 0.251);
        CHECK(shape.pitch != before);
        before = shape.pitch;
    }
}
