#pragma once
#include "media/write/writer.hpp"

namespace invisiblur::av {

/// What in a file besides its videos can show or name the person.
/// Threads: safe.

/// Whether a tag may hold a picture, such as a cover as text, or XMP, which can; no such tag is copied.
bool may_hold_a_picture(const AVDictionaryEntry& tag);

/// Whether an attached file shows nothing: a font, or plain text. All others are processed (pictures) or left out.
bool is_harmless_attachment(const AVStream& stream);

/// Warns of tags that are left out although no option drops them, and of tags that stay and name people.
void tell_about_tags(const AVFormatContext& source, const Options& options, const Warn& warn);

}  // namespace invisiblur::av
