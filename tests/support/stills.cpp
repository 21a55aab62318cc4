#include "support/stills.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "support/clips.hpp"

namespace invisiblur::test {
namespace {

bool holds(const Box& box, double margin, int x, int y) {
    return x >= box.x - margin && x < box.x + box.w + margin && y >= box.y - margin && y < box.y + box.h + margin;
}

}  // namespace

void make_portrait(const std::string& path, const std::string& arguments) {
    make_clip(path, "-ss 2 -i media/sample.mkv -frames:v 1 " + arguments);
}

Rgb decode_rgb(const std::string& path) {
    Rgb picture;
    picture.width = std::stoi(ffprobe_value(path, "v:0", "width"));
    picture.height = std::stoi(ffprobe_value(path, "v:0", "height"));
    picture.pixels = must_run({"ffmpeg", "-v", "error", "-noautorotate", "-i", path, "-frames:v", "1", "-sws_flags", "neighbor", "-pix_fmt", "rgb24", "-f",
                               "rawvideo", "-"});
    if (picture.pixels.size() != static_cast<std::size_t>(picture.width) * picture.height * 3) throw std::runtime_error(path + ": wrong size");
    return picture;
}

double likeness(const Rgb& a, const Rgb& b, const Box& box) {
    if (a.pixels.size() != b.pixels.size()) throw std::runtime_error("pictures of different size");
    double sums[5] = {}, count = 0;
    for (int y = 0; y < a.height; ++y) {
        for (int x = 0; x < a.width; ++x) {
            if (!holds(box, 0, x, y)) continue;
            const std::size_t at = (static_cast<std::size_t>(y) * a.width + x) * 3 + 1;
            const double p = static_cast<unsigned char>(a.pixels[at]), q = static_cast<unsigned char>(b.pixels[at]);
            const double terms[5] = {p, q, p * p, q * q, p * q};
            for (int i = 0; i < 5; ++i) sums[i] += terms[i];
            ++count;
        }
    }
    const double variances = (sums[2] - sums[0] * sums[0] / count) * (sums[3] - sums[1] * sums[1] / count);
    return variances > 0 ? (sums[4] - sums[0] * sums[1] / count) / std::sqrt(variances) : 0;
}

namespace {

/// Calls back with each difference of two samples outside a box.
template <class Function>
void for_each_outside(const Rgb& a, const Rgb& b, const Box& box, double margin, Function function) {
    if (a.pixels.size() != b.pixels.size()) throw std::runtime_error("pictures of different size");
    for (std::size_t i = 0; i < a.pixels.size(); ++i) {
        const int pixel = static_cast<int>(i / 3);
        if (holds(box, margin, pixel % a.width, pixel / a.width)) continue;
        function(std::abs(static_cast<unsigned char>(a.pixels[i]) - static_cast<unsigned char>(b.pixels[i])));
    }
}

}  // namespace

int largest_change_outside(const Rgb& a, const Rgb& b, const Box& box, double margin) {
    int largest = 0;
    for_each_outside(a, b, box, margin, [&](int change) { largest = std::max(largest, change); });
    return largest;
}

double psnr_outside(const Rgb& a, const Rgb& b, const Box& box, double margin) {
    double squares = 0, count = 0;
    for_each_outside(a, b, box, margin, [&](int change) { squares += change * change, ++count; });
    return squares > 0 ? 10 * std::log10(255.0 * 255.0 * count / squares) : 99;
}

}  // namespace invisiblur::test
