#pragma once
#include <string>

#include "invisiblur/tracks.hpp"

namespace invisiblur::test {

/// A short clip with a face in each frame: frames of media/sample.mkv, lossless.
/// In: arguments, ffmpeg's output options besides.
void make_face_clip(const std::string& path, int frames, const std::string& arguments = "");

/// The faces of such a clip, as the program finds them.
Tracks faces_of(const std::string& clip, const std::string& folder);

/// How many of the source's faces are still to be seen in the output: where the luma in the middle of the box correlates with the
/// source's by more than a half.
struct Seen {
    int faces = 0;        ///< in the source's frames
    int still_there = 0;  ///< of these, in the output's
    int frames = 0;       ///< of the output
};
Seen compare_faces(const std::string& source, const std::string& output, const Tracks& tracks);

}  // namespace invisiblur::test
