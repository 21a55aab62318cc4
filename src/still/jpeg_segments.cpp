#include "still/jpeg_segments.hpp"

#include <string_view>

#include "base/metadata_rules.hpp"
#include "still/jpeg_handles.hpp"

namespace invisiblur::still {
namespace {

using namespace std::string_view_literals;

constexpr auto kExif = "Exif\0\0"sv, kXmp = "http://ns.adobe.com/xap/1.0/\0"sv, kMoreXmp = "http://ns.adobe.com/xmp/extension/\0"sv,
               kProfile = "ICC_PROFILE\0"sv, kPhotoshop = "Photoshop 3.0\0"sv, kJfif = "JFIF\0"sv, kAdobe = "Adobe"sv, kMpf = "MPF\0"sv;
constexpr std::size_t kMostSegmentBytes = 65533;

Bytes joined(std::string_view head, const Bytes& rest) {
    Bytes content(head.size() + rest.size());
    std::ranges::copy(rest, std::ranges::copy(head, content.begin()).out);
    return content;
}

}  // namespace

void JpegSegments::add(int marker, ByteView content) {
    if (marker == JPEG_COM) {
        if (!cleaner_.keeps_text()) return;
        if (may_hold_a_picture(content)) return cleaner_.left_out("a comment that may hold a picture");
        keep(marker, Bytes(content.begin(), content.end()));
    } else if (marker == JPEG_APP0 && starts_with(content, kJfif)) {
        if (content.size() > 14) cleaner_.left_out("the JFIF thumbnail");  // libjpeg writes the header itself
    } else if (marker == JPEG_APP0 + 1 && starts_with(content, kExif)) {
        add_cleaned(marker, kExif, cleaner_.exif(content.subspan(kExif.size())));
    } else if (marker == JPEG_APP0 + 1 && starts_with(content, kXmp)) {
        add_cleaned(marker, kXmp, cleaner_.xmp(content.subspan(kXmp.size())));
    } else if (marker == JPEG_APP0 + 2 && (starts_with(content, kProfile) || (keeps_index_ && starts_with(content, kMpf)))) {
        keep(marker, Bytes(content.begin(), content.end()));
    } else if (marker == JPEG_APP0 + 13 && starts_with(content, kPhotoshop)) {
        resources_.insert(resources_.end(), content.begin() + static_cast<std::ptrdiff_t>(kPhotoshop.size()), content.end());
    } else if (marker != JPEG_APP0 + 14 || !starts_with(content, kAdobe)) {
        reject(marker, content);
    }
}

void JpegSegments::finish() {
    const Bytes cleaned = cleaner_.photoshop(resources_);
    for (std::size_t at = 0; at < cleaned.size();) {
        const std::size_t size = std::min(cleaned.size() - at, kMostSegmentBytes - kPhotoshop.size());
        const auto begin = cleaned.begin() + static_cast<std::ptrdiff_t>(at);
        keep(JPEG_APP0 + 13, joined(kPhotoshop, Bytes(begin, begin + static_cast<std::ptrdiff_t>(size))));
        at += size;
    }
}

void JpegSegments::add_cleaned(int marker, std::string_view head, const Bytes& cleaned) {
    if (cleaned.empty()) return;
    if (head.size() + cleaned.size() > kMostSegmentBytes) return cleaner_.left_out("metadata that became too long");
    keep(marker, joined(head, cleaned));
}

/// What is not known stays out: makers keep previews, depth maps and thermal pictures there.
void JpegSegments::reject(int marker, ByteView content) {
    if (marker == JPEG_APP0 + 1 && starts_with(content, kMoreXmp)) return cleaner_.left_out("extended XMP");
    if (marker == JPEG_APP0 + 2 && starts_with(content, kMpf)) return cleaner_.left_out("the list of further pictures (MPF)");
    cleaner_.left_out("segment APP" + std::to_string(marker - JPEG_APP0));
}

}  // namespace invisiblur::still
