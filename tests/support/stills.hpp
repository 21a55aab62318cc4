#pragma once
#include <string>
#include <vector>

#include "invisiblur/transcode.hpp"
#include "support/process.hpp"

namespace invisiblur::test {

/// Where the woman's face is in portrait(), generously, and a part of it that lies well inside the core.
inline constexpr Box kFaceBox{280, 80, 96, 112};
inline constexpr Box kInsideFace{296, 96, 64, 80};

/// A frame of the sample in which a face is seen, 640x360, as a picture file made by ffmpeg with these arguments.
void make_portrait(const std::string& path, const std::string& arguments = "");

/// Options with kFaceBox as the only face, so that nothing is detected. The tracks file lands in the folder.
Options with_given_face(const TempDir& dir, const Box& box = kFaceBox);

/// A whole job in this process.
struct StillRun {
    Report report;
    std::vector<std::string> warnings;

    bool warned_of(const std::string& part) const;
};
StillRun run_still(const std::string& input, const std::string& output, const Options& options);

/// The picture as ffmpeg decodes it, without turning it, in rows of 3 bytes a pixel.
struct Rgb {
    int width = 0;
    int height = 0;
    std::string pixels;
};
Rgb decode_rgb(const std::string& path);

/// How alike the detail in a box is: normalised correlation of green, 1 for the same.
double likeness(const Rgb& a, const Rgb& b, const Box& box);

/// The largest difference of a sample outside a box that is grown by `margin` on each side.
int largest_change_outside(const Rgb& a, const Rgb& b, const Box& box, double margin);

/// Peak signal to noise ratio of all samples there, in dB.
double psnr_outside(const Rgb& a, const Rgb& b, const Box& box, double margin);

}  // namespace invisiblur::test
