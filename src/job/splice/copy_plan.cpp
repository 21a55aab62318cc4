#include "job/splice/copy_plan.hpp"

#include <algorithm>

#include "media/libav/handles.hpp"

namespace invisiblur::av {
namespace {

using Role = CodedPicture::Role;
constexpr std::int64_t kNever = INT64_MAX;
constexpr int kMostReordered = 2;  ///< what x264 and x265 do with a pyramid of B-frames

bool is_key(const CodedPicture& picture) {
    return picture.role != Role::picture && picture.role != Role::needs_earlier;
}

/// A group of pictures: packets from one key picture to the next.
struct Group {
    std::size_t first = 0, end = 0;
    bool anew = false;
};

class Planner {
public:
    Planner(const std::vector<CodedPicture>& pictures, const std::function<bool(std::int64_t)>& masked) : pictures_(pictures) {
        plan_.dropped.assign(pictures.size(), false);
        for (const CodedPicture& p : pictures) {
            shown_.push_back(p.pts);
            plan_.dts.push_back(p.dts);
        }
        std::sort(shown_.begin(), shown_.end());
        make_groups(masked);
    }

    CopyPlan make() {
        const bool wish = std::any_of(groups_.begin(), groups_.end(), [](const Group& g) { return !g.anew; });
        if (wish) find_obstacle();
        if (wish && plan_.obstacle.empty()) {
            fill_decode_times();
            find_extremes();
            settle();
            if (std::all_of(groups_.begin(), groups_.end(), [](const Group& g) { return g.anew; }))
                plan_.obstacle = "no group of pictures without a face can be joined to the others";
        }
        if (!plan_.obstacle.empty()) {
            for (Group& group : groups_) group.anew = true;
        }
        make_segments();
        return std::move(plan_);
    }

private:
    void make_groups(const std::function<bool(std::int64_t)>& masked) {
        for (std::size_t i = 0; i < pictures_.size(); ++i) {
            if (groups_.empty() || is_key(pictures_[i])) groups_.push_back({i, i, !is_key(pictures_[i])});
            groups_.back().end = i + 1;
        }
        // In the order of time, as a cursor over tracks likes it.
        std::vector<std::int64_t> hidden;
        for (const std::int64_t pts : shown_)
            if (pts == AV_NOPTS_VALUE || masked(pts)) hidden.push_back(pts);
        for (Group& group : groups_)
            for (std::size_t i = group.first; i < group.end && !group.anew; ++i)
                group.anew = std::binary_search(hidden.begin(), hidden.end(), pictures_[i].pts);
    }

    void find_obstacle() {
        const bool all = std::none_of(shown_.begin(), shown_.end(), [](std::int64_t pts) { return pts == AV_NOPTS_VALUE; });
        if (!all) plan_.obstacle = "the container does not say when each picture is shown";
        else if (std::adjacent_find(shown_.begin(), shown_.end()) != shown_.end()) plan_.obstacle = "two pictures are shown at the same time";
    }

    /// Containers such as Matroska store no decoding times; libav guesses most of them.
    void fill_decode_times() {
        const bool all = std::none_of(plan_.dts.begin(), plan_.dts.end(), [](std::int64_t dts) { return dts == AV_NOPTS_VALUE; });
        const bool rise = std::adjacent_find(plan_.dts.begin(), plan_.dts.end(), std::greater_equal<>()) == plan_.dts.end();
        if (!all || !rise) {
            const std::size_t delay = source_delay();
            const std::int64_t step = shown_.size() > 1 ? std::max<std::int64_t>(1, (shown_.back() - shown_.front()) / static_cast<std::int64_t>(shown_.size() - 1)) : 1;
            for (std::size_t i = 0; i < shown_.size(); ++i)
                plan_.dts[i] = i < delay ? shown_[0] - static_cast<std::int64_t>(delay - i) * step : shown_[i - delay];
        }
        plan_.reorder = kMostReordered;
        while (plan_.reorder > 0 && !fits(static_cast<std::size_t>(plan_.reorder))) --plan_.reorder;
    }

    /// By how many pictures decoding runs ahead of showing.
    std::size_t source_delay() const {
        std::size_t delay = 0;
        for (std::size_t i = 0; i < pictures_.size(); ++i) {
            const auto place = static_cast<std::size_t>(std::lower_bound(shown_.begin(), shown_.end(), pictures_[i].pts) - shown_.begin());
            if (i > place) delay = std::max(delay, i - place);
        }
        return delay;
    }

    /// Whether packets may come by so many pictures later than they would be shown without B-frames.
    bool fits(std::size_t reorder) const {
        for (std::size_t i = 0; i < shown_.size(); ++i)
            if (plan_.dts[i] > shown_[i < reorder ? 0 : i - reorder]) return false;
        return true;
    }

    void find_extremes() {
        latest_before_.assign(pictures_.size() + 1, INT64_MIN);
        earliest_from_.assign(pictures_.size() + 1, kNever);
        for (std::size_t i = 0; i < pictures_.size(); ++i) latest_before_[i + 1] = std::max(latest_before_[i], pictures_[i].pts);
        for (std::size_t i = pictures_.size(); i-- > 0;) earliest_from_[i] = std::min(earliest_from_[i + 1], pictures_[i].pts);
    }

    bool can_begin_anew(const Group& group) const {
        return is_key(pictures_[group.first]) && latest_before_[group.first] < earliest_from_[group.first];
    }

    /// When a copied group first shows something, once the pictures that need earlier ones are left out.
    std::int64_t first_kept(const Group& group) const {
        std::int64_t first = earliest_from_[group.end];
        for (std::size_t i = group.first; i < group.end; ++i)
            if (pictures_[i].role != Role::needs_earlier) first = std::min(first, pictures_[i].pts);
        return first;
    }

    bool can_begin_copy(const Group& group, std::size_t anew_first) const {
        const CodedPicture& head = pictures_[group.first];
        if (head.role != Role::key && head.role != Role::open_key) return false;
        const std::int64_t first = first_kept(group);
        if (latest_before_[group.first] >= first) return false;
        for (std::size_t i = group.first; i < group.end; ++i)
            if (pictures_[i].role == Role::needs_earlier && pictures_[i].pts >= first) return false;
        return rises(spread(anew_first, group));
    }

    std::size_t leading(const Group& group) const {
        return static_cast<std::size_t>(std::count_if(pictures_.begin() + static_cast<std::ptrdiff_t>(group.first),
                                                      pictures_.begin() + static_cast<std::ptrdiff_t>(group.end),
                                                      [](const CodedPicture& p) { return p.role == Role::needs_earlier; }));
    }

    /// Decoding times for what replaces the packets from `first` up to a copied group and that group's leading pictures.
    std::vector<std::int64_t> spread(std::size_t first, const Group& next) const {
        const std::size_t room = next.first - first, count = room + leading(next);
        std::vector<std::int64_t> times;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t at = first + i * room / count, rest = i * room % count;
            const std::int64_t gap = plan_.dts[at + 1] - plan_.dts[at];
            times.push_back(plan_.dts[at] + gap * static_cast<std::int64_t>(rest) / static_cast<std::int64_t>(count));
        }
        return times;
    }

    static bool rises(const std::vector<std::int64_t>& times) {
        return std::adjacent_find(times.begin(), times.end(), std::greater_equal<>()) == times.end();
    }

    /// Groups join what is made anew where they cannot be joined as they are, until all joints hold.
    void settle() {
        for (bool changed = true; changed;) {
            changed = false;
            std::size_t anew_first = 0;
            for (std::size_t i = 1; i < groups_.size(); ++i) {
                Group &before = groups_[i - 1], &group = groups_[i];
                if (before.anew && (i == 1 || !groups_[i - 2].anew)) anew_first = before.first;
                if (!before.anew && group.anew && !can_begin_anew(group)) changed = before.anew = true;
                if (before.anew && !group.anew && !can_begin_copy(group, anew_first)) changed = group.anew = true;
            }
        }
    }

    void make_segments() {
        for (const Group& group : groups_) {
            const bool joins = !plan_.segments.empty() && plan_.segments.back().copy != group.anew;
            if (!joins) begin_segment(group);
            plan_.segments.back().end = group.end;
            if (!group.anew) plan_.copied += static_cast<std::int64_t>(group.end - group.first);
        }
        for (CopySegment& segment : plan_.segments) {
            if (segment.copy) find_undecoded(segment);
            if (segment.copy || !segment.dts.empty()) continue;
            segment.dts.assign(plan_.dts.begin() + static_cast<std::ptrdiff_t>(segment.first), plan_.dts.begin() + static_cast<std::ptrdiff_t>(segment.end));
        }
    }

    void begin_segment(const Group& group) {
        if (!plan_.segments.empty()) {
            CopySegment& before = plan_.segments.back();
            before.end_pts = group.anew ? earliest_from_[group.first] : first_kept(group);
            if (!group.anew) {
                before.dts = spread(before.first, group);
                drop_leading(group);
            }
        }
        const bool open_joint = !plan_.segments.empty() && !group.anew && pictures_[group.first].role == Role::open_key;
        plan_.segments.push_back({.first = group.first, .end = group.end, .copy = !group.anew, .end_pts = kNever, .dts = {}, .open_joint = open_joint});
    }

    /// From behind the leading pictures that are made anew, up to the last place where decoding can begin without anything before.
    void find_undecoded(CopySegment& segment) const {
        segment.undecoded_first = segment.undecoded_end = segment.first;
        for (std::size_t i = segment.first; i < segment.end; ++i)
            if (plan_.dropped[i]) segment.undecoded_first = segment.undecoded_end = i + 1;
        for (std::size_t i = segment.undecoded_first + 1; i <= segment.end; ++i)
            if (i == pictures_.size() || pictures_[i].role == Role::key) segment.undecoded_end = i;
    }

    void drop_leading(const Group& group) {
        for (std::size_t i = group.first; i < group.end; ++i) {
            plan_.dropped[i] = pictures_[i].role == Role::needs_earlier;
            if (plan_.dropped[i]) --plan_.copied;
        }
    }

    const std::vector<CodedPicture>& pictures_;
    std::vector<std::int64_t> shown_;  ///< pts in order
    std::vector<std::int64_t> latest_before_, earliest_from_;
    std::vector<Group> groups_;
    CopyPlan plan_;
};

}  // namespace

CopyPlan plan_copy(const std::vector<CodedPicture>& pictures, const std::function<bool(std::int64_t)>& masked) {
    return Planner(pictures, masked).make();
}

}  // namespace invisiblur::av
