#pragma once
#include <span>
#include <string>
#include <vector>

#include "media/libav/handles.hpp"
#include "options/frame_size.hpp"

namespace invisiblur::av {

/// How an encoder is told how good the picture shall be: its own "crf" option, a quantiser scale, or not at all (lossless or fixed).
enum class Quality { crf, qscale, none };

/// Which clock an encoder counts in: the source's, or one tick a frame for encoders whose time base is limited or whose
/// timestamps cannot be trusted. The source's timestamps are put back behind it.
enum class Clock { source, frames };

/// An encoder with settings at which what is not hidden stays within 45 dB of the source, measured on the clips of tests/matrix.
/// Units: value is crf or quantiser scale; settings are "key=value:key=value" of the encoder's own options.
struct EncoderRow {
    AVCodecID codec = AV_CODEC_ID_NONE;
    const char* name = "";
    Quality quality = Quality::none;
    double value = 0;
    Clock clock = Clock::source;
    const char* settings = "";
};

/// All encoders that are chosen by the source's codec; the first row of a codec is preferred.
std::span<const EncoderRow> encoder_table();

/// Whether one of them writes the codec.
bool has_encoder(AVCodecID codec);

/// The encoder for a stream, and the pixel format it shall get.
struct EncoderChoice {
    EncoderRow row;
    const AVCodec* codec = nullptr;
    AVPixelFormat format = AV_PIX_FMT_NONE;
    std::string loss;  ///< what the pixel format loses, "" for nothing
    std::string instead_of;  ///< the source's codec, where it has no encoder and this one stands for it
};

/// The quality of a choice's row, as crf or quantiser scale, for its pixel format; below 0 where there is none to set.
double usual_quality(const EncoderChoice& choice);

/// Chooses by name (an encoder's or a codec's), or by the source's codec where `name` is empty: for one that has no encoder its stand_in().
/// In:     source, the stream's codec; format, of its frames; container, what the result is written to, null for none.
/// Errors: std::invalid_argument for a name that is no video encoder; std::runtime_error where the codec has neither encoder nor
///         stand-in, or the container cannot hold it; both say what works.
/// In: size, of the frames: x264 and x265 store odd ones only where colours have no coarser grid than luma.
EncoderChoice choose_encoder(const std::string& name, AVCodecID source, AVPixelFormat format, const FrameSize& size,
                             const AVOutputFormat* container);

}  // namespace invisiblur::av
