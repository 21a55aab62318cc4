#pragma once
#include <map>
#include <memory>
#include <vector>

#include "track/frame_window.hpp"
#include "erase/fill/fill.hpp"
#include "erase/mark/mark_painter.hpp"
#include "erase/painted.hpp"
#include "erase/region/face_area.hpp"

namespace invisiblur {

/// Takes the faces out of a frame: decides the masks, fetches the plate, fills, and marks the places where that is asked for.
/// Errors:  of the constructor, as MarkPainter.
/// Threads: safe.
class Compositor {
public:
    Compositor(const Options& options, const StreamShape& shape);

    /// True where a pixel of this frame may change; false means that the frame can go on as it is.
    bool needs_erasing(const FrameRecord& frame) const;

    /// Erases in place.
    /// In: writable, a copy of the frame's picture that nobody else reads.
    void erase(const ImageView& writable, const FrameRecord& frame) const;

    /// What erase() painted up to now, by track.
    std::map<int, PaintedShare> painted() const { return painted_->by_track(); }

private:
    std::vector<FaceArea> areas(const FrameRecord& frame) const;

    FaceAreas face_areas_;
    MaskRule rule_;
    Fill fill_;
    bool show_made_up_;
    MarkPainter marks_;
    std::unique_ptr<PaintedSum> painted_ = std::make_unique<PaintedSum>();
};

}  // namespace invisiblur
