#include "detect/text_agreement.hpp"

#include <algorithm>
#include <numeric>

#include "base/geometry.hpp"

namespace invisiblur {
namespace {

// Looks agree on a line where the other one's lines cover this part of it; of true text they cover nearly all.
constexpr float kAgreed = 0.5F;
// Of what is higher than this, and of what the first look misses, the smaller picture must show a line as sure as true letters are: those have 0.95 in
// it, cars on asphalt and panels between bars 0.6 to 0.9.
constexpr float kLarge_px = 96;
constexpr float kSureLine = 0.92F;
// The least mean score of further looks at what is higher than kLarge_px. Of 577 lines of large letters over photographs, sharp and blurred, the least sure had
// 0.47 and the next 0.54, half of them more than 0.85; of the cars that two looks had taken for letters the surest had 0.45.
constexpr float kBorneOut = 0.46F;

/// Whether the lines of a look that have at least a score cover most of a box; where they overlap, they count twice, which is on the safe side.
bool seen_in(const std::vector<TextLine>& look, const Box& box, float least_score) {
    float covered = 0;
    for (const TextLine& line : look) {
        if (line.face.score < least_score) continue;
        const Box shared = intersect(line.face.box, box);
        if (shared.w > 0 && shared.h > 0) covered += area(shared);
    }
    return covered >= kAgreed * area(box);
}

}  // namespace

Box scaled(const Box& box, float by) {
    return {box.x * by, box.y * by, box.w * by, box.h * by};
}

std::vector<TextLine> agreed_lines(const std::vector<std::vector<TextLine>>& looks) {
    std::vector<TextLine> agreed;
    float scale = 1;
    // The last look only confirms: its boxes are coarse.
    for (std::size_t i = 0; i == 0 || i + 1 < looks.size(); ++i, scale *= 2) {
        for (const TextLine& line : looks[i]) {
            const bool small = line.height_px <= kSmallText_px;
            if (small && i > 0) continue;  // the look before it knows better
            const float least = line.height_px * scale > kLarge_px ? kSureLine : 0;
            const bool before = i > 0 && line.face.score >= least && seen_in(looks[i - 1], scaled(line.face.box, 2), 0);
            const bool after = i + 1 < looks.size() && (i == 0 || line.face.score >= kSureLine) && seen_in(looks[i + 1], scaled(line.face.box, 0.5F), least);
            if (small || before || after) agreed.push_back({{scaled(line.face.box, scale), line.face.score}, line.height_px * scale});
        }
    }
    return agreed;
}

bool needs_more_looks(const TextLine& line) {
    return line.height_px > kLarge_px;
}

float score_over(std::vector<TextLine> look, const Box& box) {
    std::ranges::sort(look, std::ranges::greater{}, [](const TextLine& line) { return line.face.score; });
    const auto enough = std::ranges::find_if(look, [&](const TextLine& line) { return seen_in(look, box, line.face.score); });
    return enough == look.end() ? 0 : enough->face.score;
}

void keep_borne_out(std::vector<TextLine>& lines, const std::vector<std::vector<TextLine>>& more) {
    std::erase_if(lines, [&](const TextLine& line) {
        if (!needs_more_looks(line)) return false;
        const float sum = std::accumulate(more.begin(), more.end(), 0.0F, [&](float all, const auto& look) { return all + score_over(look, line.face.box); });
        return sum < kBorneOut * static_cast<float>(more.size());
    });
}

}  // namespace invisiblur
