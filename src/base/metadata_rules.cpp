#include "base/metadata_rules.hpp"

#include <array>
#include <cctype>

namespace invisiblur::still {
namespace {

using namespace std::string_view_literals;

template <std::size_t count>
bool begins_with_one(std::string_view key, const std::array<std::string_view, count>& beginnings) {
    return std::ranges::any_of(beginnings, [&](std::string_view with) { return key.starts_with(with); });
}

template <std::size_t count>
bool holds_one(std::string_view key, const std::array<std::string_view, count>& parts) {
    return std::ranges::any_of(parts, [&](std::string_view part) { return key.find(part) != std::string_view::npos; });
}

/// Exif.Thumbnail is the second directory; SubImage, SubThumb and Image2 are directories with pictures of raw files and of TIFFs.
constexpr auto kPictureGroups = std::to_array<std::string_view>(
    {"Exif.Thumbnail.", "Exif.SubImage", "Exif.SubThumb", "Exif.Image2.", "Exif.Image3.", "Exif.NikonPreview.", "Exif.MpfInfo.", "Xmp.GImage.",
     "Xmp.GDepth.", "Xmp.GAudio.", "Xmp.GContainer.", "Xmp.GContainerItem.", "Xmp.Container.", "Xmp.Device.", "Xmp.hdrgm.", "Xmp.HDRGainMap.",
     "Xmp.apdi.", "Xmp.xmpNote.HasExtendedXMP", "Xmp.GCamera.Micro", "Xmp.GCamera.Motion", "Xmp.GPano.Full", "Xmp.crs.Thumb"});
constexpr auto kPictureTags =
    std::to_array<std::string_view>({"Preview", "Thumbnail", "JPEGInterchangeFormat", "xmpGImg", "JpgFromRaw", "ThumbJpg"});
constexpr auto kPlaceKeys = std::to_array<std::string_view>(
    {"Exif.GPSInfo.", "Exif.Image.GPSTag", "Xmp.exif.GPS", "Xmp.photoshop.City", "Xmp.photoshop.State", "Xmp.photoshop.Country", "Xmp.iptc.Location",
     "Xmp.iptc.CountryCode", "Xmp.iptcExt.Location", "Xmp.dwc.", "Iptc.Application2.City", "Iptc.Application2.SubLocation",
     "Iptc.Application2.ProvinceState", "Iptc.Application2.CountryCode", "Iptc.Application2.CountryName", "Iptc.Application2.Location",
     "Exif.Panasonic.Location", "Exif.Panasonic.City", "Exif.Panasonic.State", "Exif.Panasonic.Country", "Exif.Panasonic.Landmark"});
constexpr auto kPeopleKeys = std::to_array<std::string_view>(
    {"Xmp.mwg-rs.", "Xmp.MP.", "Xmp.MPRI.", "Xmp.MPReg.", "Xmp.acdsee-rs.", "Xmp.acdsee.regions", "Xmp.iptcExt.PersonInImage", "Xmp.iptcExt.ImageRegion",
     "Xmp.expressionmedia.People", "Xmp.mediapro.People", "Xmp.apple-fi.", "Xmp.plus.ModelReleaseID", "Xmp.getty.Personality", "Xmp.digiKam.Face"});
constexpr auto kPeopleTags = std::to_array<std::string_view>({"FaceRecInfo", "FaceRec", "BabyName", "RecognizedFace", "FaceName", "PersonName"});

}  // namespace

bool shows_the_picture(std::string_view key) {
    return begins_with_one(key, kPictureGroups) || holds_one(key, kPictureTags);
}

bool tells_the_place(std::string_view key) {
    return begins_with_one(key, kPlaceKeys);
}

bool names_people(std::string_view key) {
    return begins_with_one(key, kPeopleKeys) || holds_one(key, kPeopleTags);
}

bool may_hold_a_picture(ByteView bytes) {
    const std::string_view text = text_of(bytes);
    // JPEG by its first two markers, since three bytes alone also come by chance.
    for (std::size_t at = text.find("\xFF\xD8\xFF"); at != std::string_view::npos; at = text.find("\xFF\xD8\xFF", at + 1)) {
        const unsigned next = at + 3 < text.size() ? static_cast<unsigned char>(text[at + 3]) : 0;
        if (next >= 0xC0 && next != 0xFF) return true;
    }
    if (text.find("\x89PNG\r\n"sv) != std::string_view::npos) return true;
    for (const std::string_view start : {"ftypheic"sv, "ftypmif1"sv, "ftypavif"sv, "ftypmp4"sv, "ftypisom"sv, "ftypqt"sv, "WEBPVP8"sv})
        if (text.find(start) != std::string_view::npos) return true;
    constexpr std::size_t kLeastBase64 = 256;
    for (const std::string_view start : {"/9j/"sv, "iVBORw0KGgo"sv, "UklGR"sv, "AAAAGGZ0eX"sv}) {
        const std::size_t at = text.find(start);
        if (at != std::string_view::npos && text.size() - at > kLeastBase64) return true;
    }
    return false;
}

}  // namespace invisiblur::still
