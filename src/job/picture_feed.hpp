#pragma once
#include <atomic>
#include <cstddef>
#include <functional>

#include "image/picture.hpp"
#include "media/read/reader.hpp"

namespace invisiblur::av {

/// Something for each picture of a file's videos. In: which video, the picture. Returns: as feed_pictures() says.
using PictureStep = std::function<bool(std::size_t, const PicturePtr&)>;

/// Reads a file to its end and gives its pictures on, a few ahead: decoding goes on in one thread while another one looks at what was decoded.
/// In:     wants, asked in the decoding thread, in order; a picture for which it says no is let go of. take, called in the other thread, in order;
///         once it says no, nothing more is read.
/// Errors: as the reader, wants and take; Cancelled.
/// Threads: starts two and ends them before it returns.
void feed_pictures(Reader& reader, const std::atomic<bool>& cancel, const PictureStep& wants, const PictureStep& take);

}  // namespace invisiblur::av
