#pragma once
#include <map>
#include <mutex>
#include <string>

#include "invisiblur/transcode.hpp"

namespace invisiblur::cli {

/// What earlier batches did: a line for each result in the hidden file ".invisiblur.jsonl" of the folder that the results lie in, with
/// the SHA-256 of source and result, the options, the version. Where a report is asked for, the report itself is the record.
/// Threads: safe.
class Records {
public:
    /// Whether the result of this job stands already: a record says that the same version did the same with the same options to a source
    /// of the same content, what was asked for beside the result stands, and the result is what it was then. Dates count for nothing.
    bool is_done(const TranscodeJob& job);

    /// Notes what was done. A record that cannot be written costs a later run its time and nothing else.
    void add(const TranscodeJob& job, const Report& report);

private:
    using Lines = std::map<std::string, std::string>;  ///< JSON text by the result's name
    std::string find(const TranscodeJob& job);
    Lines& lines_of(const std::string& folder);

    std::mutex mutex_;
    std::map<std::string, Lines> folders_;
};

}  // namespace invisiblur::cli
