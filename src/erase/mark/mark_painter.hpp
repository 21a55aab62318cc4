#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>

#include "erase/mark/label_texts.hpp"
#include "erase/mark/lettering.hpp"
#include "erase/mark/mark_stencil.hpp"
#include "image/image_view.hpp"
#include "invisiblur/anonymizer.hpp"
#include "track/frame_window.hpp"

namespace invisiblur {

/// Shows where something was hidden, as --mark asks for: a thin light line with a dark edge around the place, or a short text in its middle,
/// likewise with an edge, so that it can be read on any ground. Colours and shapes come from the options and the boxes alone, never from the picture. What
/// has no text gets the line.
/// Threads: safe.
class MarkPainter {
public:
    /// Errors: as LabelTexts and letter().
    MarkPainter(const Options& options, const StreamShape& shape);

    bool paints() const { return kind_ != Kind::none; }

    /// Draws the marks of all areas.
    /// In: areas of the frame, whose faces are in it; kept, rectangles that must not be touched, on the chroma grid.
    void paint(const ImageView& image, const FrameRecord& frame, std::span<const FaceArea> areas, std::span<const Rect> kept) const;

private:
    enum class Kind { none, outline, label };

    Rect place_of(const FrameRecord& frame, const FaceArea& area) const;
    std::string text_of(const FaceArea& area) const;
    MarkStencil outline(const ImageView& image, bool interlaced, const Rect& place) const;
    MarkStencil lettering(const ImageView& image, bool interlaced, const Rect& place, const TextShape& letters) const;

    Kind kind_ = Kind::none;
    double margin_;
    int line_px_;
    int edge_px_;  ///< of letters
    std::optional<LabelTexts> texts_;
    std::map<std::string, TextShape> shapes_;
};

/// Makes sure that the marks that options ask for can be drawn, before hours of work depend on it.
/// Errors: as MarkPainter.
void check_marks(const Options& options);

}  // namespace invisiblur
