#include "verify/finding_log.hpp"

#include <algorithm>

#include "base/geometry.hpp"

namespace invisiblur {
namespace {

constexpr double kLongestBreakS = 0.5;
constexpr float kSamePlaceIou = 0.3F;

bool same_thing(const VerifyFinding& a, const VerifyFinding& b) {
    if (a.kind != b.kind) return false;
    return (a.track != 0 && a.track == b.track) || iou(a.box, b.box) >= kSamePlaceIou;
}

void add_method(std::string& methods, const std::string& method) {
    if (("+" + methods + "+").find("+" + method + "+") == std::string::npos) methods += "+" + method;
}

// Measured on clips without a face and on results without one: a detector takes folds, foliage or a head without a face for a face now
// and then, but not twice in half a second as surely as this; the two detectors never agreed on such a thing; and the scene behind is
// like a face for a frame of a dissolve, but never this much.
constexpr double kSureScore = 0.5;
constexpr double kSureDetail = 0.8;

bool has(const std::string& methods, const char* method) {
    return methods.find(method) != std::string::npos;
}

bool is_believed(const VerifyFinding& finding) {
    const std::string& methods = finding.method;
    if (has(methods, "detail") && finding.score >= kSureDetail) return true;
    if (finding.looks < 2) return false;
    return has(methods, "detail") || has(methods, "+") || finding.score >= kSureScore;
}

}  // namespace

void FindingLog::add(VerifyFinding seen) {
    close_before(seen.start_s - kLongestBreakS);
    seen.end_s = seen.start_s;
    seen.looks = 1;
    const auto known = std::ranges::find_if(open_, [&](const VerifyFinding& other) { return same_thing(other, seen); });
    if (known == open_.end()) return open_.push_back(std::move(seen));
    known->end_s = seen.start_s;
    ++known->looks;
    add_method(known->method, seen.method);
    if (known->track == 0) known->track = seen.track;
    if (seen.score < known->score) return;
    known->score = seen.score;
    known->box = seen.box;
}

void FindingLog::close_before(double time_s) {
    for (auto it = open_.begin(); it != open_.end();) {
        if (it->end_s >= time_s) {
            ++it;
            continue;
        }
        done_.push_back(std::move(*it));
        it = open_.erase(it);
    }
}

std::vector<VerifyFinding> FindingLog::finish() {
    std::ranges::move(open_, std::back_inserter(done_));
    open_.clear();
    for (VerifyFinding& finding : done_) {
        const bool counts = finding.kind == VerifyFinding::Kind::remaining || finding.kind == VerifyFinding::Kind::fresh;
        if (counts && !is_believed(finding)) finding.kind = VerifyFinding::Kind::doubtful;
    }
    std::ranges::stable_sort(done_, {}, &VerifyFinding::start_s);
    return std::move(done_);
}

}  // namespace invisiblur
