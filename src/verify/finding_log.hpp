#pragma once
#include <cstdint>
#include <vector>

#include "invisiblur/transcode.hpp"

namespace invisiblur {

/// Joins what single looks saw into findings: the same kind of thing at nearly the same place with no long break between.
/// Work: each sighting is held against the findings that are still open. Threads: one thread at a time.
class FindingLog {
public:
    /// Order: times grow. In: a finding of one look; its end_s and looks are set here.
    void add(VerifyFinding seen);

    /// All of them, in order of their beginnings. What was not seen often and surely enough to be believed is `doubtful`, unless it
    /// was deliberate.
    std::vector<VerifyFinding> finish();

private:
    void close_before(double time_s);

    std::vector<VerifyFinding> open_;
    std::vector<VerifyFinding> done_;
};

}  // namespace invisiblur
