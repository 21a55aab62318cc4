#pragma once
#include "base/bytes.hpp"
#include "image/image_view.hpp"
#include "still/still_file.hpp"
#include "still/tiff_colours.hpp"
#include "still/tiff_form.hpp"

namespace invisiblur::still {

/// A page of a TIFF: its samples as they are stored, and a picture of them that can be worked on.
struct TiffPage {
    TiffForm form;
    Bytes samples;  ///< as read_tiff_samples() has them
    std::unique_ptr<TiffColours> colours;
    OwnedImage image;
};

/// The page that is open.
/// Errors: std::runtime_error that names the file: damaged, or a form that is not handled.
TiffPage decode_tiff_page(TIFF* tiff, const Policy& policy);

/// The first page of a file in memory.
TiffPage decode_tiff(ByteView bytes, const Policy& policy);

/// Which directories of a TIFF are pages of their own, and what else there is of them.
struct TiffPages {
    std::vector<std::uint16_t> pages;  ///< at least one
    int smaller = 0;                   ///< thumbnails and previews
    int masks = 0;                     ///< which of a picture counts
};

/// Order: leaves the first page open.
/// Errors: std::runtime_error that names the file.
TiffPages tiff_pages_of(TIFF* tiff, const std::string& name);

}  // namespace invisiblur::still
