#include "support/still_there.hpp"

#include <cmath>

#include "cli/program.hpp"
#include "support/clips.hpp"
#include "support/raw_clip.hpp"

namespace invisiblur::test {
namespace {

constexpr int kWidth = 640, kHeight = 360;

/// Pearson's correlation of two pictures in the middle half of a box.
double correlation(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b, const Box& box) {
    double n = 0, sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
    const int left = static_cast<int>(box.x + box.w / 4), right = static_cast<int>(box.x + box.w * 3 / 4);
    const int top = static_cast<int>(box.y + box.h / 4), bottom = static_cast<int>(box.y + box.h * 3 / 4);
    for (int y = std::max(0, top); y < std::min(kHeight, bottom); ++y) {
        for (int x = std::max(0, left); x < std::min(kWidth, right); ++x) {
            const double p = a[static_cast<std::size_t>(y * kWidth + x)], q = b[static_cast<std::size_t>(y * kWidth + x)];
            n += 1, sum_a += p, sum_b += q, aa += p * p, bb += q * q, ab += p * q;
        }
    }
    const double variances = (n * aa - sum_a * sum_a) * (n * bb - sum_b * sum_b);
    return variances > 0 ? (n * ab - sum_a * sum_b) / std::sqrt(variances) : 0;
}

}  // namespace

void make_face_clip(const std::string& path, int frames, const std::string& arguments) {
    make_clip(path, "-ss 2 -i media/sample.mkv -map 0:v -frames:v " + std::to_string(frames) + " -c:v ffv1 " + arguments);
}

Tracks faces_of(const std::string& clip, const std::string& folder) {
    const std::string path = folder + "/faces-of-clip.json";
    must_run({program(), "-q", "--analyse-only", "--save-tracks", path, clip});
    return read_tracks_file(path);
}

Seen compare_faces(const std::string& source, const std::string& output, const Tracks& tracks) {
    const RawClip before = read_clip(source, "gray", kWidth, kHeight), after = read_clip(output, "gray", kWidth, kHeight);
    const std::vector<std::int64_t> pts = ffprobe_pts(source);
    Seen seen;
    seen.frames = static_cast<int>(after.frames.size());
    for (std::size_t n = 0; n < std::min(before.frames.size(), after.frames.size()); ++n) {
        for (const Track& track : tracks.tracks) {
            for (const TrackBox& box : track.boxes) {
                if (box.pts != pts[n]) continue;
                ++seen.faces;
                seen.still_there += correlation(before.frames[n], after.frames[n], box.box) > 0.5;
            }
        }
    }
    return seen;
}

}  // namespace invisiblur::test
