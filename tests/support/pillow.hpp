#pragma once
#include <string>
#include <vector>

namespace invisiblur::test {

/// Whether Debian's Pillow is there, the second oracle for pictures; says so where it is not, as at_hand() does.
bool has_pillow();

/// Runs lines of Python that know Image, ImageSequence and sys, with arguments in sys.argv[1:]. Returns what they print.
/// Errors: std::runtime_error with what Python said.
std::string pillow(const std::string& lines, const std::vector<std::string>& arguments);

/// "WEBP RGBA 640x360 loop=3 40 70 500": format, mode and size of a picture file, how often it is played, and the duration of each frame in
/// milliseconds.
std::string pillow_facts(const std::string& path);

}  // namespace invisiblur::test
