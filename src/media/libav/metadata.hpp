#pragma once
#include <string_view>

#include "invisiblur/options.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

bool drops(const Options& options, const char* what);

/// Copies tags, without places for --drop gps and not at all for --drop metadata; tags that may hold a picture never.
void copy_tags(AVDictionary** to, const AVDictionary* from, const Options& options);

/// Says in a tag that the video was edited and by what, where the container has one that the source does not use; not with --drop metadata.
/// In: tags, those that the result got from its source; they stay as they are.
void note_editing(AVDictionary** tags, const AVOutputFormat& container, const Options& options);

/// Removes tags that describe the stream as it was encoded before: sizes, bit rates, the old encoder.
void forget_encoding(AVDictionary** tags);

/// Whether note_editing() wrote the tag.
bool tells_of_editing(const AVDictionaryEntry& tag);

/// Whether a tag of this name holds a place.
bool tells_place(std::string_view key);

/// A camera's track of places, such as GoPro's.
bool is_gps_track(const AVStream& stream);

}  // namespace invisiblur::av
