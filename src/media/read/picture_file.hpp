#pragma once
#include <string>

#include "image/image_view.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// The first picture of an image file (PNG, JPEG, WebP, TIFF, …).
/// Owns:   the caller.
/// Errors: std::runtime_error that names the file where it cannot be read or holds no picture.
FramePtr read_picture_file(const std::string& path);

/// An image file's picture in the pixel format, matrix and range of another frame, for use as its plate.
/// Errors: as read_picture_file; std::runtime_error where the picture has another size.
OwnedImage load_plate_file(const std::string& path, const AVFrame& like);

/// Writes pixels of a frame's format as an 8-bit RGB PNG.
/// In:     pixels; like, the frame whose format, matrix and range they have.
/// Errors: std::runtime_error that names the file; nothing is left under the name then.
void write_png_file(const std::string& path, const ImageView& pixels, const AVFrame& like);

}  // namespace invisiblur::av
