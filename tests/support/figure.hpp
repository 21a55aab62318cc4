#pragma once
#include <vector>

#include "invisiblur/tracks.hpp"
#include "support/pictures.hpp"

namespace invisiblur::test {

/// A drawn person from head to foot, of the proportions that body_reach() goes by.
struct Figure {
    struct Part {
        Rect where;
        int value;  ///< 8-bit, of every component
    };
    Box face;
    std::vector<Part> parts;

    void draw(const ImageView& image) const {
        for (const Part& part : parts) paint(image, intersect(part.where, image.bounds()), part.value);
    }
    bool covers(int x, int y) const {
        return std::any_of(parts.begin(), parts.end(), [&](const Part& part) { return part.where.contains(x, y); });
    }
};

/// In: x, of the body's axis; y, of the face's upper edge; face_h; step, by which a leg is before the other one, in pixels.
inline Figure figure_at(int x, int y, int face_h, int step = 0) {
    const double stature = face_h / 0.104;
    const auto part = [&](double of) { return static_cast<int>(of * stature); };
    const int face_w = face_h * 3 / 4, chin = y + face_h, shoulders = chin + part(0.05), hips = chin + part(0.87 - 0.53), feet = chin + part(0.87);
    const int half = part(0.13), arm = part(0.05), leg = part(0.07);
    Figure figure;
    figure.face = {static_cast<float>(x - face_w / 2), static_cast<float>(y), static_cast<float>(face_w), static_cast<float>(face_h)};
    figure.parts = {{{x - face_w / 2 - 1, y - face_h / 4, x + face_w / 2 + 1, chin}, 205},
                    {{x - face_w / 4, chin, x + face_w / 4, shoulders}, 205},
                    {{x - half, shoulders, x + half, hips}, 30},
                    {{x - half - arm, shoulders, x - half, hips + part(0.05)}, 60},
                    {{x + half, shoulders, x + half + arm, hips + part(0.05)}, 60},
                    {{x - leg - step, hips, x - step, feet}, 215},
                    {{x + step, hips, x + leg + step, feet}, 225}};
    return figure;
}

}  // namespace invisiblur::test
