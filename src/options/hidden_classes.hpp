#pragma once
#include <algorithm>
#include <string_view>

#include "invisiblur/options.hpp"

namespace invisiblur {

/// Whether a video is searched for faces: nothing else was said, they were named, or people, whose heads they are.
inline bool hides_faces(const Options& options) {
    return options.hide.empty() || std::ranges::any_of(options.hide, [](const std::string& what) { return what == "faces" || what == "people"; });
}

/// Whether one of the other classes of --hide was named.
inline bool hides(const Options& options, std::string_view what) {
    return std::ranges::find(options.hide, what) != options.hide.end();
}

}  // namespace invisiblur
