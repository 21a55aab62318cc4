#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "invisiblur/options.hpp"

namespace invisiblur {

/// Which text --mark label writes at which hidden place: a track's own "label" in the --tracks file before the text of its class, and that
/// before the text for all.
/// Threads: safe.
class LabelTexts {
public:
    /// Errors: std::invalid_argument for a --label that names no class or says two texts for one, and where the tracks file has a label that
    ///         is no text; as read_tracks_file.
    explicit LabelTexts(const Options& options);

    /// In: track, 0 for none; of, "faces", "text" or "regions".
    /// Returns: "" where nothing was said.
    const std::string& text(int track, std::string_view of) const;

    /// Every text there is.
    std::set<std::string> all() const;

private:
    void read_tracks(const std::string& path);

    std::string for_all_;
    std::map<std::string, std::string, std::less<>> by_class_;
    std::map<int, std::string> by_track_;
};

}  // namespace invisiblur
