#pragma once
#include <string>
#include <vector>

#include "image/image_view.hpp"
#include "still/jpeg_handles.hpp"

namespace invisiblur::still {

/// The layout of a JPEG's own planes, after its header is read: subsampled YCbCr, RGB or gray; of YCCK and CMYK four planes, the last one black.
/// Errors: std::runtime_error for other colours and for subsampling that no other picture has.
PixelLayout jpeg_layout(JpegReader& jpeg, const std::string& name);

/// Decodes the planes as they are coded: no conversion of colours, no smoothing.
/// Order: after jpeg_read_header(), which is all that was read.
OwnedImage read_planes(JpegReader& jpeg, const PixelLayout& layout);

/// Encodes planes with the tables and the subsampling of `like`, a JPEG of the same size whose header is read. What lies in the blocks beyond
/// the picture's border is its last row or column again.
Bytes encode_planes(const ImageView& image, JpegReader& like, const std::string& name);

}  // namespace invisiblur::still
