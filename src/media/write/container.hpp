#pragma once
#include <cstdint>
#include <string>

#include "invisiblur/options.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// The container of the result: by --format, by the output's name, or the source's; "-" gets Matroska.
/// Errors: std::invalid_argument for an unknown name; std::runtime_error where there is no muxer.
const AVOutputFormat& choose_container(const std::string& output, const Options& options, const AVFormatContext& source);

/// The same, null where there is no muxer.
const AVOutputFormat* find_container(const std::string& output, const Options& options, const AVFormatContext& source);

/// MP4, QuickTime and their relatives.
bool is_mov_family(const AVOutputFormat& container);
bool is_matroska(const AVOutputFormat& container);

bool holds_chapters(const AVOutputFormat& container);

/// True where the container can say that pictures are to be turned or mirrored when they are shown.
bool holds_rotation(const AVOutputFormat& container);

/// Whether a container takes a codec, as far as libav's lists tell. QuickTime's muxer also writes CineForm and GoPro's metadata (tag gpmd),
/// which its list lacks.
bool takes_codec(const AVOutputFormat& container, AVCodecID codec, std::uint32_t tag = 0);

/// True where a stream can be copied into the container: the muxer itself is asked, with a header that goes nowhere.
bool can_hold(const AVOutputFormat& container, const AVStream& stream);

/// What becomes of a stream that is no video: copied; not wanted; made anew by the muxer; lost, because the container cannot hold it.
enum class Fate { copied, dropped, made_anew, lost };
Fate fate_of(const AVStream& stream, const AVOutputFormat& container, const Options& options);

/// A new stream that carries a source stream's packets as they are: codec, tag, time base, language and other metadata, disposition.
AVStream& copy_stream(AVFormatContext& output, const AVStream& source);

}  // namespace invisiblur::av
