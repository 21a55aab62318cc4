#include "job/splice/unchanged.hpp"

#include <algorithm>

#include "track/track_cursor.hpp"

namespace invisiblur::av {
namespace {

/// Times are rounded by containers; a frame at the border of a --region counts as in it.
bool in_region(const Region& region, double time_s, double slack_s) {
    return (!region.start_s || time_s >= *region.start_s - slack_s) && (!region.end_s || time_s < *region.end_s + slack_s);
}

}  // namespace

Unchanged::Unchanged(const Reader& reader) {
    for (const VideoStream& video : reader.videos()) {
        indexes_.push_back(video.index);
        shapes_.push_back(video.shape);
        scans_.emplace_back(*reader.container().streams[video.index]->codecpar);
    }
}

void Unchanged::note(const AVPacket& packet) {
    const auto video = std::find(indexes_.begin(), indexes_.end(), packet.stream_index);
    if (video != indexes_.end()) scans_[static_cast<std::size_t>(video - indexes_.begin())].add(packet);
}

std::vector<CopyPlan> Unchanged::plans(const std::vector<std::shared_ptr<const Analysis>>& analyses, const Options& options) const {
    std::vector<CopyPlan> plans;
    for (std::size_t i = 0; i < scans_.size(); ++i) {
        const StreamShape& shape = shapes_[i];
        const double unit_s = static_cast<double>(shape.time_base_num) / static_cast<double>(shape.time_base_den);
        TrackCursor cursor(std::shared_ptr<const Tracks>(analyses[i], &analyses[i]->tracks), shape.time_base_num, shape.time_base_den,
                           options.only_tracks, options.except_tracks);
        plans.push_back(plan_copy(scans_[i].pictures(), [&](std::int64_t pts) {
            const double time_s = static_cast<double>(pts) * unit_s;
            const auto holds = [&](const Region& region) { return in_region(region, time_s, unit_s); };
            return !cursor.at(pts).empty() || std::any_of(options.regions.begin(), options.regions.end(), holds);
        }));
    }
    return plans;
}

std::vector<std::vector<PacketRange>> Unchanged::undecoded(const std::vector<CopyPlan>& plans,
                                                           const std::vector<std::shared_ptr<const Analysis>>& analyses) const {
    std::vector<std::vector<PacketRange>> ranges(plans.size());
    for (std::size_t i = 0; i < plans.size(); ++i) {
        if (analyses[i]->frames != static_cast<std::int64_t>(scans_[i].pictures().size())) continue;
        for (const CopySegment& segment : plans[i].segments)
            if (segment.undecoded_first < segment.undecoded_end) ranges[i].push_back({segment.undecoded_first, segment.undecoded_end});
    }
    return ranges;
}

}  // namespace invisiblur::av
