#pragma once
#include "media/libav/handles.hpp"
#include "media/sound/sound_plan.hpp"

namespace invisiblur::av {

/// Whether the words of such a subtitle are text that can be taken out: SubRip, ASS, mov_text, WebVTT, plain text. Others are pictures, or text in a
/// code of their own.
bool is_readable(AVCodecID subtitle);

/// Takes the words of a plan out of one subtitle, whose formatting by place (mov_text's styles) goes with them.
/// Returns: whether there was one.
/// In:      packet of a stream for which is_readable() holds; its bytes become its own.
bool clean_subtitle(AVPacket& packet, AVCodecID codec, const SoundPlan& plan);

/// The same for the header that a stream of subtitles has: ASS's script, WebVTT's notes.
bool clean_subtitle_header(AVCodecParameters& parameters, const SoundPlan& plan);

/// The same for values of tags.
/// Returns: how many were changed.
int clean_tags(AVDictionary** tags, const SoundPlan& plan);

}  // namespace invisiblur::av
