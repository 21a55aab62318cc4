#pragma once
#include <algorithm>

#include "invisiblur/options.hpp"

namespace invisiblur {

/// Sets what --publish stands for: metadata and place dropped, the result verified. Without it, nothing.
inline void apply_publish(Options& options) {
    if (!options.publish) return;
    for (const char* what : {"metadata", "gps"})
        if (std::ranges::find(options.drop, what) == options.drop.end()) options.drop.emplace_back(what);
    options.verify = true;
}

}  // namespace invisiblur
