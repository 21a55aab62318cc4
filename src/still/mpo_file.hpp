#pragma once
#include <memory>

#include "still/still_file.hpp"

namespace invisiblur::still {

/// A JPEG with further views behind it (MPO: CIPA DC-007, Multi-Picture Format), such as a stereo camera's other eye: each a page. Previews, depth and
/// brightness maps are none and are left out. Null where there is no other view.
/// Errors: as open_still().
std::unique_ptr<StillFile> open_views(const Bytes& bytes, const Policy& policy);

}  // namespace invisiblur::still
