#pragma once
#include <string>

namespace invisiblur::av {

/// Whether a file that lies in a folder is one to take the faces out of: its name ends like a video's or a picture's, so that a broken
/// one is said to be broken, or its content is a video's, whatever its name. Playlists are none: what they name lies somewhere else.
/// Errors: none; what cannot be read and has no such name is no video.
bool holds_pictures(const std::string& path);

/// Whether libav takes a file for one that names other files or only draws text, whatever its name.
bool is_playlist(const std::string& path);

}  // namespace invisiblur::av
