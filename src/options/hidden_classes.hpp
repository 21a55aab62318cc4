#pragma once
#include <algorithm>
#include <string_view>

#include "invisiblur/options.hpp"

namespace invisiblur {

/// Whether a class of --hide was named.
inline bool hides(const Options& options, std::string_view what) {
    return std::ranges::find(options.hide, what) != options.hide.end();
}

/// Whether the whole person goes with a head.
inline bool hides_people(const Options& options) {
    return hides(options, "people");
}

/// Whether a video is searched for faces: they were named, or people, of whom they are a part, or nothing was.
inline bool hides_faces(const Options& options) {
    return options.hide.empty() || hides(options, "faces") || hides_people(options);
}

}  // namespace invisiblur
