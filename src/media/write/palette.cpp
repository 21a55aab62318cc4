#include "media/write/palette.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <vector>

namespace invisiblur::av {
namespace {

constexpr std::size_t kColours = 255;
constexpr std::uint8_t kTransparent = 255;  ///< always the same place: the GIF encoder assumes it for all pictures

/// GIF knows opaque and transparent only.
std::uint32_t colour_at(const AVFrame& frame, int x, int y) {
    std::uint32_t colour = 0;
    std::memcpy(&colour, frame.data[0] + static_cast<std::ptrdiff_t>(y) * frame.linesize[0] + x * 4, 4);
    return colour >> 24 < 128 ? 0 : colour | 0xff000000;
}

int distance(std::uint32_t a, std::uint32_t b) {
    int sum = (a >> 24 != b >> 24) ? 1 << 20 : 0;
    for (const int shift : {0, 8, 16}) {
        const int d = static_cast<int>(a >> shift & 255) - static_cast<int>(b >> shift & 255);
        sum += d * d;
    }
    return sum;
}

std::vector<std::uint32_t> frequent_colours(const AVFrame& frame) {
    std::unordered_map<std::uint32_t, int> counts;
    for (int y = 0; y < frame.height; ++y)
        for (int x = 0; x < frame.width; ++x) ++counts[colour_at(frame, x, y)];
    std::vector<std::pair<int, std::uint32_t>> ordered;
    for (const auto& [colour, count] : counts)
        if (colour != 0) ordered.emplace_back(-count, colour);
    std::sort(ordered.begin(), ordered.end());
    std::vector<std::uint32_t> colours;
    for (std::size_t i = 0; i < std::min(kColours, ordered.size()); ++i) colours.push_back(ordered[i].second);
    return colours;
}

std::uint8_t nearest(const std::vector<std::uint32_t>& colours, std::uint32_t colour) {
    if (colour == 0) return kTransparent;
    const auto closer = [&](std::uint32_t a, std::uint32_t b) { return distance(a, colour) < distance(b, colour); };
    return static_cast<std::uint8_t>(std::min_element(colours.begin(), colours.end(), closer) - colours.begin());
}

}  // namespace

FramePtr to_palette(const AVFrame& bgra) {
    const std::vector<std::uint32_t> colours = frequent_colours(bgra);
    FramePtr made = make_frame(AV_PIX_FMT_PAL8, bgra.width, bgra.height);
    check(av_frame_copy_props(made.get(), &bgra), "cannot copy a frame's properties");
    std::vector<std::uint32_t> palette = colours;
    palette.resize(kTransparent, 0xff000000);
    palette.push_back(0);
    std::memcpy(made->data[1], palette.data(), AVPALETTE_SIZE);
    std::unordered_map<std::uint32_t, std::uint8_t> known;
    for (int y = 0; y < bgra.height; ++y) {
        std::uint8_t* row = made->data[0] + static_cast<std::ptrdiff_t>(y) * made->linesize[0];
        for (int x = 0; x < bgra.width; ++x) {
            const std::uint32_t colour = colour_at(bgra, x, y);
            const auto [place, is_new] = known.try_emplace(colour, 0);
            if (is_new) place->second = nearest(colours, colour);
            row[x] = place->second;
        }
    }
    return made;
}

}  // namespace invisiblur::av
