#include "still/tiff_exif.hpp"

#include <array>

#include "still/exiv2_use.hpp"

namespace invisiblur::still {
namespace {

bool begins(const std::string& key, std::string_view with) {
    return std::string_view(key).starts_with(with);
}

/// A maker's own part is known by the camera's name; all else of the picture's directory is libtiff's.
bool is_of_camera(const std::string& key) {
    constexpr auto kPictures = std::to_array<std::string_view>({"Exif.Image", "Exif.SubImage", "Exif.SubThumb", "Exif.Thumbnail"});
    if (key == "Exif.Image.Make" || key == "Exif.Image.Model") return true;
    return std::ranges::none_of(kPictures, [&](std::string_view group) { return begins(key, group); });
}

}  // namespace

Bytes exif_of_tiff(ByteView file) {
    const auto lock = use_exiv2();
    Exiv2::ExifData all, kept;
    const Exiv2::ByteOrder order = Exiv2::ExifParser::decode(all, file.data(), static_cast<std::uint32_t>(file.size()));
    bool any = false;
    for (const Exiv2::Exifdatum& datum : all) {
        if (!is_of_camera(datum.key())) continue;
        kept.add(datum);
        any |= !begins(datum.key(), "Exif.Image.");
    }
    return any ? encode_exif(kept, order) : Bytes();
}

Bytes tiff_with_exif(ByteView file, ByteView exif) {
    const auto lock = use_exiv2();
    Exiv2::ExifData more;
    Exiv2::ExifParser::decode(more, exif.data(), static_cast<std::uint32_t>(exif.size()));
    const auto image = Exiv2::ImageFactory::open(file.data(), static_cast<long>(file.size()));
    image->readMetadata();
    for (const Exiv2::Exifdatum& datum : more)
        if (!begins(datum.key(), "Exif.Image.")) image->exifData().add(datum);
    image->writeMetadata();
    Exiv2::BasicIo& io = image->io();
    if (io.open() != 0) throw std::runtime_error("exiv2's memory cannot be read");
    Bytes result(static_cast<std::size_t>(io.size()));
    const auto count = io.read(result.data(), static_cast<long>(result.size()));
    if (static_cast<std::size_t>(count) != result.size()) throw std::runtime_error("exiv2's memory cannot be read");
    return result;
}

}  // namespace invisiblur::still
