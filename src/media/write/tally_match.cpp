#include "media/write/tally_match.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace invisiblur::av {
namespace {

constexpr double kWrapS = 8589934592.0 / 90000;  ///< a transport stream's clock has 33 bits

/// A parser counts the times of sound within a packet of the container from the one before; the rounding adds up, and a packet lasts less than this.
constexpr double kCountedOnS = 0.1;

bool is_sparse(const StreamTally& tally) {
    return tally.kind != AVMEDIA_TYPE_VIDEO && tally.kind != AVMEDIA_TYPE_AUDIO;
}

double seconds(std::int64_t time, const StreamTally& tally) {
    return static_cast<double>(time) * av_q2d(tally.time_base);
}

std::vector<double> sorted_times(const StreamTally& tally) {
    std::vector<double> times;
    for (const std::int64_t time : tally.times) times.push_back(seconds(time, tally));
    std::ranges::sort(times);
    return times;
}

double distance(double a, double b, const ResultNature& nature) {
    const double apart = a - b;
    return nature.clock == ResultNature::Clock::wraps ? std::remainder(apart, kWrapS) : apart;
}

std::string clock_of(double time_s) {
    return fmt::format("{:.3f} s", time_s);
}

/// Both sorted. A stream of few packets may have others between them.
std::string times_lack(const std::vector<double>& sent, const std::vector<double>& found, const ResultNature& nature, double tolerance_s, bool others) {
    std::size_t at = 0;
    for (const double time : sent) {
        while (others && at < found.size() && distance(found[at], time, nature) < -tolerance_s) ++at;
        if (at == found.size()) return fmt::format("the packet at {} is missing", clock_of(time));
        if (std::abs(distance(found[at], time, nature)) > tolerance_s) return fmt::format("the packet at {} is at {}", clock_of(time), clock_of(found[at]));
        ++at;
    }
    return "";
}

std::string check_times(const SentStream& sent, const StreamTally& found, const ResultNature& nature, double shift_s) {
    const bool by_samples = av_get_bits_per_sample(sent.tally.codec) > 0;  // the time of plain PCM is its place
    const bool kept = nature.clock != ResultNature::Clock::counted && sent.tally.timed && found.timed && !by_samples;
    const bool same_cuts = found.packets == sent.tally.packets || is_sparse(sent.tally);
    if (!kept || !same_cuts || sent.tally.times.empty()) return "";
    std::vector<double> before = sorted_times(sent.tally), after = sorted_times(found);
    for (double& time : before) time += shift_s;
    const bool counted_on = nature.clock == ResultNature::Clock::wraps && sent.tally.kind != AVMEDIA_TYPE_VIDEO;
    /// MP4 says in milliseconds where a stream begins, and twice on the way a time is rounded. A packet that is lost is missed by its number.
    constexpr double kRounded_s = 0.002;
    const double tick_s = av_q2d(sent.tally.time_base) + av_q2d(found.time_base) + kRounded_s;
    if (!counted_on) return times_lack(before, after, nature, tick_s, is_sparse(sent.tally));
    return times_lack({before.front(), before.back()}, {after.front(), after.back()}, nature, kCountedOnS, false);
}

std::string count_lack(const StreamTally& sent, const StreamTally& found) {
    return fmt::format("{} packets with {} bytes went in, and {} with {} are there", sent.packets, sent.bytes, found.packets, found.bytes);
}

/// A parser cuts where it sees a beginning, so that a packet which lost its end still counts. What is written anew for a transport stream
/// (start codes, headers of AAC) makes packets longer, and H.264 and HEVC from MP4 sometimes shorter.
bool lost_bytes(const StreamTally& sent, const StreamTally& found, const ResultNature& nature) {
    const bool rewritten = sent.codec == AV_CODEC_ID_H264 || sent.codec == AV_CODEC_ID_HEVC;
    return nature.packets == ResultNature::Packets::cut && !rewritten && found.bytes < sent.bytes;
}

}  // namespace

double shift_of(const StreamTally& sent, const StreamTally& found, const ResultNature& nature) {
    if (nature.clock == ResultNature::Clock::counted || sent.times.empty() || found.times.empty()) return 0;
    return distance(seconds(*std::ranges::min_element(found.times), found), seconds(*std::ranges::min_element(sent.times), sent), nature);
}

std::string lack_of(const SentStream& sent, const StreamTally& found, const ResultNature& nature, double shift_s) {
    const StreamTally& in = sent.tally;
    if (found.damaged > in.damaged) return fmt::format("{} packets are not whole", found.damaged - in.damaged);
    if (sent.ends_early) return "";
    if (sent.picture && found.codec == AV_CODEC_ID_NONE) return "nobody could tell its codec";
    const bool all = is_sparse(in) ? found.packets >= in.packets : found.packets == in.packets || found.bytes == in.bytes;
    if (!all || lost_bytes(in, found, nature)) return count_lack(in, found);
    const bool listed = nature.index == ResultNature::Index::samples && nature.clock == ResultNature::Clock::exact;
    if (listed && in.kind == AVMEDIA_TYPE_VIDEO && in.keys > 0 && found.keys != in.keys) return fmt::format("{} key pictures went in, and {} are listed", in.keys, found.keys);
    return check_times(sent, found, nature, shift_s);
}

}  // namespace invisiblur::av
