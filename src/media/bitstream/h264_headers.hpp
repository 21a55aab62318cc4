#pragma once
#include "media/bitstream/nal_units.hpp"

namespace invisiblur::av {

/// True where a sequence parameter set among the headers of an H.264 stream lets pictures bypass the transform, which encoders say of
/// lossless streams only (ITU-T H.264, 7.3.2.1.1, qpprime_y_zero_transform_bypass_flag).
/// In: headers as libav keeps them, after start codes or as an MP4's avcC record; anything else gives false.
bool bypasses_transform(ByteView headers);

}  // namespace invisiblur::av
