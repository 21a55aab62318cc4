#pragma once
#include <string_view>

#include "invisiblur/options.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

bool drops(const Options& options, const char* what);

/// Copies tags, without places for --drop gps and not at all for --drop metadata; tags that may hold a picture never.
void copy_tags(AVDictionary** to, const AVDictionary* from, const Options& options);

/// Removes tags that describe the stream as it was encoded before: sizes, bit rates, the old encoder.
void forget_encoding(AVDictionary** tags);

/// Whether a tag says where it was taken.
bool tells_place(std::string_view key);

/// A camera's track of places, such as GoPro's.
bool is_gps_track(const AVStream& stream);

}  // namespace invisiblur::av
