#pragma once
#include <string>

#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// How a file on the way to its reader is laid out, which some containers leave open.
struct FileLayout {
    bool fragmented = false;    ///< an MP4 whose index is spread over the file
    bool index_first = false;   ///< an MP4 that can be played while it comes
    bool timed_packets = false; ///< a transport stream with a time before each packet, as discs and AVCHD cameras write it (.m2ts)
};

/// In: path, of a file that can be read again; source, what was opened of it. Nothing is true of anything else.
FileLayout find_layout(const std::string& path, const AVFormatContext& source);

/// Puts into an output's settings what keeps it like its source: MP4's layout, brand, clocks and kind of tags; a transport stream's
/// packets, service and clock.
/// In: output, with all its streams; source; layout of the source; name of the output, for its extension; streams, true where bytes go
///     down a pipe.
DictPtr muxer_settings(AVFormatContext& output, const AVFormatContext& source, const FileLayout& layout, const std::string& name, bool streams);

}  // namespace invisiblur::av
