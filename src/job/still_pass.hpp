#pragma once
#include <atomic>
#include <functional>
#include <iosfwd>
#include <string>

#include "invisiblur/transcode.hpp"
#include "still/still_file.hpp"

namespace invisiblur::av {

/// A picture file without faces. Its pages are the stream's frames.
struct StillResult {
    StreamReport stream;
    std::string detector;  ///< Detector::name(), "" where the faces were given
    still::Bytes file;     ///< the whole result; empty where the options ask for none, or faces are missing that were expected
};

/// Takes the faces out of one picture file, in memory: looks at each of its pages upright, at several scales and in parts, and fills from around each face (or
/// with the picture that options.plate names). A page's number, from 0, is its time in units of the tracks. A file in which nothing is hidden, left out or dropped comes back byte for byte.
/// In:     kind, of the bytes; name, for messages; hashes gets the line of options.hash; warn is told what of the file is left out.
/// Errors: as transcode().
StillResult process_still(still::Kind kind, still::Bytes bytes, const std::string& name, const Options& options,
                          const std::function<void(const std::string&)>& warn, const std::atomic<bool>& cancel, std::ostream* hashes);

/// The bytes of a file on disk.
/// Errors: std::runtime_error that names it.
still::Bytes read_still(const std::string& path);

}  // namespace invisiblur::av
