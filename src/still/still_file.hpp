#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "image/image_view.hpp"
#include "still/still_kind.hpp"

namespace invisiblur::still {

/// How a picture file is read and what of it is left out.
struct Policy {
    std::string name;  ///< of the file, for messages
    bool drop_metadata = false;  ///< all but the colour profile and the orientation, which say how the pixels look
    bool drop_gps = false;
    std::int64_t max_pixels = 0x7fffffff;
    std::function<void(const std::string&)> note = [](const std::string&) {};  ///< is told what is removed and what stays
};

/// A picture file taken apart: pixels that may be changed, and all else that belongs to the picture. A file of several pictures is gone through
/// page by page, from the first on.
/// What could show the picture once more (thumbnails, previews, films, data after the end) is not kept at all.
/// Threads: one thread at a time.
class StillFile {
public:
    virtual ~StillFile() = default;

    /// How many pictures it holds, each of its own. All of them are worked on and kept.
    virtual int pages() const { return 1; }

    /// The page that is open, lying as it is coded. Who has it may write to its pixels.
    const ImageView& pixels() const { return image_.view(); }

    /// Of that page. As Exif counts it: 1 upright, 3 half a turn, 6 a quarter clockwise makes it upright, 8 one counterclockwise; 2, 7, 4, 5 mirrored.
    int orientation() const { return orientation_; }

    /// "jpeg", "png", …, as reports name it.
    virtual std::string codec() const = 0;

    /// Whether something of the file is left out, so that it cannot stay as it is. Known when the last page is open.
    bool took_out() const { return took_out_; }

    /// Keeps the open page as its pixels are now and opens the next one.
    /// In:     as write(). Order: only while there is a next one.
    /// Errors: std::runtime_error that names the file.
    virtual void next_page(std::span<const Rect> hidden);

    /// The whole file with the last page as its pixels are now.
    /// Order:  once, with the last page open.
    /// In:     hidden, all rectangles in which nothing of the source's coded data may stay; where pixels were changed is seen without it;
    ///         empty where nothing was changed.
    /// Errors: std::runtime_error that names the file.
    virtual Bytes write(std::span<const Rect> hidden) = 0;

protected:
    OwnedImage image_;
    int orientation_ = 1;
    bool took_out_ = false;
};

/// Opens a picture file of a kind that is not none.
/// Errors: std::runtime_error where it is damaged, larger than allowed, or nothing here can write it; the sentence says what to do.
std::unique_ptr<StillFile> open_still(Kind kind, Bytes bytes, const Policy& policy);

/// By how much a lying picture is turned clockwise to stand upright, mirrored or not: heads are up then.
int upright_degrees(int orientation);

/// Makes sure that a picture is not larger than Policy::max_pixels, before memory is taken for it.
void check_pixel_count(std::int64_t width, std::int64_t height, const Policy& policy);

/// The openers of each kind.
std::unique_ptr<StillFile> open_jpeg(Bytes bytes, const Policy& policy);
std::unique_ptr<StillFile> open_png(Bytes bytes, const Policy& policy);
std::unique_ptr<StillFile> open_webp(Bytes bytes, const Policy& policy);
std::unique_ptr<StillFile> open_tiff(Bytes bytes, const Policy& policy);
std::unique_ptr<StillFile> open_heif(Bytes bytes, const Policy& policy);

}  // namespace invisiblur::still
