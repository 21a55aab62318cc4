#include "erase/mark/mark_painter.hpp"

#include <algorithm>
#include <utility>

#include "erase/region/face_area.hpp"

namespace invisiblur {
namespace {

/// A line of the picture's height over this is seen, and hides nothing: 3 pixels of 1080.
constexpr int kLinesPerHeight = 360;
/// Letters of the picture's height over this can be read from where a film is watched; subtitles are about as large.
constexpr int kLettersPerHeight = 24;
/// Smaller ones cannot be read in any picture.
constexpr int kSmallestLetters_px = 14;
/// The dark edge of letters, in their size.
constexpr int kEdgesPerLetter = 12;

int letters_px(int height) {
    return std::max(kSmallestLetters_px, height / kLettersPerHeight);
}

/// As wide and as high as the picture is seen.
struct Seen {
    int width, height;
    explicit Seen(const StreamShape& shape) : width(shape.width), height(shape.height) {
        if (shape.rotation_degrees % 180 != 0) std::swap(width, height);
    }
};

/// In letters of a size that fits into the picture's width.
TextShape fitting_shape(const std::string& text, const StreamShape& shape) {
    const Seen seen(shape);
    int size = letters_px(seen.height);
    TextShape drawn = letter(text, size);
    while (drawn.width + 2 * (size / kEdgesPerLetter + 1) > seen.width && size > kSmallestLetters_px) drawn = letter(text, --size);
    return turned_back(drawn, shape.rotation_degrees);
}

/// Moved by as little as possible until it lies in the picture, as far as it fits.
Rect held_inside(Rect r, const Rect& bounds) {
    r = moved(r, std::min(0, bounds.x1 - r.x1), std::min(0, bounds.y1 - r.y1));
    return moved(r, std::max(0, bounds.x0 - r.x0), std::max(0, bounds.y0 - r.y0));
}

}  // namespace

MarkPainter::MarkPainter(const Options& options, const StreamShape& shape)
    : kind_(options.mark == "label" ? Kind::label : options.mark == "outline" ? Kind::outline : Kind::none),
      margin_(options.margin),
      line_px_(std::max(1, (Seen(shape).height + kLinesPerHeight / 2) / kLinesPerHeight)),
      edge_px_(std::max(1, letters_px(Seen(shape).height) / kEdgesPerLetter)) {
    if (kind_ != Kind::label) return;
    texts_.emplace(options);
    for (const std::string& text : texts_->all()) shapes_.emplace(text, fitting_shape(text, shape));
}

/// A face's box without its small movements, grown by the margin; a region is what was set by hand.
Rect MarkPainter::place_of(const FrameRecord& frame, const FaceArea& area) const {
    const auto steady = std::ranges::find(frame.steady, area.track, &SteadyBox::track);
    return area.track == 0 || steady == frame.steady.end() ? area.core : outer_rect(grown(steady->box, static_cast<float>(margin_)));
}

std::string MarkPainter::text_of(const FaceArea& area) const {
    return texts_ ? texts_->text(area.track, area.by_hand ? "regions" : area.text ? "text" : "faces") : std::string();
}

/// Two dark lines with a light one between them, within the rectangle.
MarkStencil MarkPainter::outline(const ImageView& image, bool interlaced, const Rect& place) const {
    // Of an interlaced picture a line of one row is in one of the fields alone, and flickers.
    const int line = interlaced ? std::max(2, line_px_) : line_px_;
    const Rect outer = intersect(place, image.bounds());
    const auto inside = [&](int lines) { return grow(outer, -lines * line, -lines * line); };
    const Rect light_outer = inside(1), light_inner = inside(2), inner = inside(3);
    MarkStencil drawn(on_chroma_grid(outer, image, interlaced));
    for (int y = outer.y0; y < outer.y1; ++y) {
        for (int x = outer.x0; x < outer.x1; ++x) {
            if (!inner.contains(x, y)) drawn.set(x, y, light_outer.contains(x, y) && !light_inner.contains(x, y) ? 255 : 0, 255);
        }
    }
    return drawn;
}

/// In the middle of the rectangle, or as near as it fits.
MarkStencil MarkPainter::lettering(const ImageView& image, bool interlaced, const Rect& place, const TextShape& letters) const {
    const int edge = edge_px_, width = letters.width + 2 * edge, height = letters.height + 2 * edge;
    const int x0 = (place.x0 + place.x1 - width) / 2, y0 = (place.y0 + place.y1 - height) / 2;
    const Rect box = held_inside({x0, y0, x0 + width, y0 + height}, image.bounds());
    MarkStencil drawn(on_chroma_grid(box, image, interlaced));
    const Rect written = intersect({box.x0 + edge, box.y0 + edge, box.x0 + edge + letters.width, box.y0 + edge + letters.height}, drawn.area());
    for (int y = written.y0; y < written.y1; ++y) {
        for (int x = written.x0; x < written.x1; ++x) drawn.set(x, y, letters.at(x - box.x0 - edge, y - box.y0 - edge), 0);
    }
    drawn.add_edge(edge);
    return drawn;
}

void MarkPainter::paint(const ImageView& image, const FrameRecord& frame, std::span<const FaceArea> areas, std::span<const Rect> kept) const {
    const bool interlaced = frame.picture->interlaced();
    for (const FaceArea& area : areas) {
        if (area.core.empty()) continue;
        const Rect place = place_of(frame, area);
        const auto shape = shapes_.find(text_of(area));
        MarkStencil drawn = shape == shapes_.end() ? outline(image, interlaced, place) : lettering(image, interlaced, place, shape->second);
        for (const Rect& rect : kept) drawn.leave_out(rect);
        drawn.paint(image, interlaced);
    }
}

void check_marks(const Options& options) {
    constexpr int kAnySide = 1080;
    static_cast<void>(MarkPainter(options, {kAnySide, kAnySide, 0, 1, 25, 25}));
}

}  // namespace invisiblur
