#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "image/image_view.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur {

/// A packed RGB picture that owns its pixels, rows without padding.
struct RgbImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;

    RgbView view() const { return {pixels.data(), static_cast<std::ptrdiff_t>(width) * 3, width, height}; }
};

/// A decoded picture that several stages share and none changes.
/// Threads: safe.
class Picture {
public:
    virtual ~Picture() = default;

    virtual const ImageView& view() const = 0;
    virtual std::int64_t pts() const = 0;

    /// Rows of the two fields alternate, so that vertically subsampled chroma belongs to four luma rows.
    virtual bool interlaced() const = 0;

    /// Whether the source itself says that another shot begins here.
    virtual bool begins_shot() const { return false; }

    /// The whole picture at another size for a detector, lying as it is coded. Of an interlaced picture it is the field of the even rows:
    /// the other one shows a later or an earlier moment, and a face that moved between them is torn to stripes, in which no detector sees it.
    virtual RgbImage scaled_rgb(int width, int height) const = 0;

    /// Faces that somebody else found and noted with the picture (libav: AV_FRAME_DATA_DETECTION_BBOXES), in its pixels.
    virtual std::vector<Face> noted_faces() const { return {}; }

    /// The regions set by hand that hold for this picture in place of the options' own; null where those do. They travel with the picture, so
    /// that a change on the way holds for all stages from the same picture on.
    virtual std::shared_ptr<const Regions> regions() const { return nullptr; }

    /// A picture file's content in this picture's size and pixel format.
    /// Errors: std::runtime_error where it cannot be read or has another size.
    virtual OwnedImage load_like(const std::string& path) const;
};
using PicturePtr = std::shared_ptr<const Picture>;

}  // namespace invisiblur
