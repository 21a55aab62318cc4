#pragma once
#include <string>

namespace invisiblur::av {

/// What a finished video still tells besides its pictures.
struct KeptFacts {
    bool sound = false;
    bool subtitles = false;
    bool place = false;  ///< a tag or a track of coordinates
    bool names = false;  ///< tags or chapters in free text: title, artist, comment
};

/// Looks at a file's head.
/// Errors: none; of what cannot be read, such as a pipe, nothing is said.
KeptFacts kept_facts(const std::string& path);

}  // namespace invisiblur::av
