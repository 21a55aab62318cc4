#pragma once
#include <algorithm>
#include <string_view>

#include "invisiblur/options.hpp"

namespace invisiblur {

/// Whether a class of --hide was named.
inline bool hides(const Options& options, std::string_view what) {
    return std::ranges::find(options.hide, what) != options.hide.end();
}

/// Whether a video is searched for faces: they were named, or nothing was.
inline bool hides_faces(const Options& options) {
    return options.hide.empty() || hides(options, "faces");
}

}  // namespace invisiblur
