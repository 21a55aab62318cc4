#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "erase/background/warped_sampler.hpp"

namespace invisiblur {

/// What the references that fit best say of the samples of one component: the robust mean of the first few that see a sample outside their
/// halos; where they disagree a thing passed by, and more are asked. Samples are asked for run by run, so that each reference is read along
/// its rows.
/// Threads: one thread at a time.
class TemporalFusion {
public:
    static constexpr std::size_t kLongestRun = 64;

    /// In: lights, what to add to each sampler's values; near, in steps of the samples, what is averaged around a median.
    /// Owns: both must outlive the object.
    TemporalFusion(const std::vector<WarpedSampler>& samplers, const std::vector<float>& lights, float near);

    /// In:  x0, y, the first sample in the target; order, the samplers, best first; shown, what the target itself shows, of use where
    ///      visible, outside its cores.
    /// Out: values, where known; disputed, of which the first references that see it outside their halos, two at least, did not agree; empty where nobody asks.
    void run(int x0, int y, std::span<const std::size_t> order, std::span<const float> shown, std::span<const bool> visible,
             std::span<float> values, std::span<bool> known, std::span<bool> disputed);

private:
    /// References of one sample: enough to outvote a passer-by, near enough in time to show the same scene.
    static constexpr std::size_t kMostValues = 5;
    /// Where these disagree.
    static constexpr std::size_t kMostDisputed = 15;
    template <class T>
    using Row = std::array<T, kLongestRun>;

    void gather_run(int x0, int y, std::size_t count);
    void take(std::size_t k, std::size_t count, std::size_t next);
    bool agree_all(std::size_t count, std::span<const float> shown, std::span<const bool> visible, std::span<float> values,
                   std::span<bool> known) const;
    bool disagree(std::size_t i) const;
    std::optional<float> sample(int x, int y, std::size_t i, std::optional<float> shown);
    void gather_more(int x, int y, std::size_t& next);
    std::optional<float> confirm(float shown) const;
    std::optional<float> agreed();
    std::optional<float> behind(WarpedSampler::Freedom least);
    float steadied(float value, int x, int y, std::size_t first_far) const;

    const std::vector<WarpedSampler>& samplers_;
    const std::vector<float>& lights_;
    float near_;
    bool still_;
    std::span<const std::size_t> order_;

    // Of a run: the first references of each sample.
    std::array<Row<float>, 2 * kMostValues> run_values_{};
    std::array<Row<WarpedSampler::Freedom>, 2 * kMostValues> run_freedom_{};
    Row<std::uint8_t> run_count_{}, run_clear_count_{};
    Row<std::size_t> run_next_{};  ///< the reference to go on with
    bool even_ = true;             ///< all have the same clear ones
    std::size_t waiting_ = 0;      ///< samples that need more
    Row<bool> wants_{};
    Row<float> seen_{};
    Row<WarpedSampler::Freedom> freedom_{};

    // Of one sample.
    std::size_t clear_count_ = 0, count_ = 0;
    std::array<float, kMostDisputed + kMostValues> values_{};
    std::array<WarpedSampler::Freedom, kMostDisputed + kMostValues> freedoms_{};
    std::array<float, kMostDisputed + kMostValues> found_{};
};

}  // namespace invisiblur
