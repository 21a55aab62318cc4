#include "still/metadata_cleaner.hpp"

#include <algorithm>

#include "base/metadata_rules.hpp"
#include "still/exiv2_use.hpp"

namespace invisiblur::still {
namespace {

constexpr std::size_t kLongTextBytes = 20000;

/// "Xmp.mwg-rs.Regions/mwg-rs:RegionList[1]" -> "Xmp.mwg-rs.Regions"
std::string property_of(const std::string& key) {
    return key.substr(0, key.find_first_of("/[", key.find('.', 4)));
}

template <class Datum>
Bytes value_of(const Datum& datum) {
    Bytes value(static_cast<std::size_t>(std::max<long>(0, static_cast<long>(datum.value().size()))));
    if (!value.empty()) datum.copy(value.data(), Exiv2::bigEndian);
    return value;
}

/// Takes out what `goes` says; whether there was something.
template <class Data, class Predicate>
bool take_out(Data& data, Predicate goes) {
    bool found = false;
    for (auto at = data.begin(); at != data.end();) {
        if (!goes(*at)) {
            ++at;
            continue;
        }
        at = data.erase(at);
        found = true;
    }
    return found;
}

bool is_makernote(const std::string& group) {
    for (const char* standard : {"Image", "Photo", "Iop", "GPSInfo", "Thumbnail"})
        if (group == standard) return false;
    return true;
}

}  // namespace

Bytes MetadataCleaner::reject(const std::string& what) {
    removed_.insert(what);
    return {};
}

Bytes MetadataCleaner::exif(ByteView block, bool upright) try {
    const auto lock = use_exiv2();
    Exiv2::ExifData data;
    const Exiv2::ByteOrder order = Exiv2::ExifParser::decode(data, block.data(), static_cast<std::uint32_t>(block.size()));
    const auto found = data.findKey(Exiv2::ExifKey("Exif.Image.Orientation"));
    if (found != data.end() && found->count() > 0) orientation_ = static_cast<int>(found->toFloat());
    if (orientation_ < 1 || orientation_ > 8) orientation_ = 1;
    bool changed = upright && orientation_ != 1;
    if (changed) data["Exif.Image.Orientation"] = std::uint16_t{1};
    for (const Exiv2::Exifdatum& datum : data)
        if (!policy_.drop_metadata && names_people(datum.key())) names_.insert(datum.key());
    if (policy_.drop_metadata) {
        changed |= take_out(data, [](const Exiv2::Exifdatum& d) { return d.key() != "Exif.Image.Orientation"; });
        return encode_exif(data, order);
    }
    const bool preview = take_out(data, [](const Exiv2::Exifdatum& d) {
        return shows_the_picture(d.key()) || (d.key() != "Exif.Photo.MakerNote" && may_hold_a_picture(value_of(d)));
    });
    if (preview) removed_.insert("thumbnails and previews in Exif");
    if (policy_.drop_gps) changed |= take_out(data, [](const Exiv2::Exifdatum& d) { return tells_the_place(d.key()); });
    Bytes cleaned = preview || changed ? encode_exif(data, order) : Bytes(block.begin(), block.end());
    if (!may_hold_a_picture(cleaned)) return cleaned;
    removed_.insert("the camera maker's own part of Exif, which may hold a picture");
    take_out(data, [](const Exiv2::Exifdatum& d) { return d.key() == "Exif.Photo.MakerNote" || is_makernote(d.groupName()); });
    cleaned = encode_exif(data, order);
    return may_hold_a_picture(cleaned) ? reject("Exif, which may hold a picture") : cleaned;
} catch (const std::exception&) {
    return reject("Exif, which cannot be read");
}

Bytes MetadataCleaner::xmp(ByteView packet) try {
    if (policy_.drop_metadata) return {};
    const auto lock = use_exiv2();
    Exiv2::XmpData data;
    if (Exiv2::XmpParser::decode(data, std::string(text_of(packet))) != 0) return reject("XMP, which cannot be read");
    for (const Exiv2::Xmpdatum& datum : data)
        if (names_people(datum.key())) names_.insert(property_of(datum.key()));
    const bool preview = take_out(data, [](const Exiv2::Xmpdatum& d) {
        const std::string value = d.toString();
        return shows_the_picture(d.key()) || value.size() > kLongTextBytes || may_hold_a_picture(view_of(value));
    });
    if (preview) removed_.insert("thumbnails, depth maps and the like in XMP");
    const bool place = policy_.drop_gps && take_out(data, [](const Exiv2::Xmpdatum& d) { return tells_the_place(d.key()); });
    if (!preview && !place) return may_hold_a_picture(packet) ? reject("XMP, which may hold a picture") : Bytes(packet.begin(), packet.end());
    std::string text;
    if (data.empty()) return {};
    if (Exiv2::XmpParser::encode(text, data) != 0 || may_hold_a_picture(view_of(text))) return reject("XMP, which cannot be written anew");
    return Bytes(text.begin(), text.end());
} catch (const std::exception&) {
    return reject("XMP, which cannot be read");
}

Bytes MetadataCleaner::iptc(ByteView records) try {
    if (policy_.drop_metadata) return {};
    const auto lock = use_exiv2();
    Exiv2::IptcData data;
    if (Exiv2::IptcParser::decode(data, records.data(), static_cast<std::uint32_t>(records.size())) != 0) return reject("IPTC, which cannot be read");
    bool changed = take_out(data, [](const Exiv2::Iptcdatum& d) { return shows_the_picture(d.key()); });
    if (changed || may_hold_a_picture(records)) return reject("IPTC, which may hold a picture");
    changed = policy_.drop_gps && take_out(data, [](const Exiv2::Iptcdatum& d) { return tells_the_place(d.key()); });
    if (!changed) return Bytes(records.begin(), records.end());
    const Exiv2::DataBuf encoded = Exiv2::IptcParser::encode(data);
#if EXIV2_TEST_VERSION(0, 28, 0)
    return Bytes(encoded.cbegin(), encoded.cend());
#else
    return Bytes(encoded.pData_, encoded.pData_ + encoded.size_);
#endif
} catch (const std::exception&) {
    return reject("IPTC, which cannot be read");
}

Bytes MetadataCleaner::photoshop(ByteView bytes) {
    constexpr std::uint32_t kIptc = 0x0404, kDigest = 0x0425;
    if (policy_.drop_metadata) return {};
    Bytes kept;
    std::size_t at = 0;
    bool iptc_changed = false;
    // 4 bytes of signature, an id, a name with its length in front, the size, the data; name and data are padded to even lengths.
    while (at + 12 <= bytes.size()) {
        const std::uint32_t id = big_endian(bytes, at + 4, 2);
        const std::size_t head = 6 + ((std::size_t{bytes[at + 6]} + 2) & ~std::size_t{1});
        if (at + head + 4 > bytes.size()) break;
        const std::size_t size = big_endian(bytes, at + head, 4), end = at + head + 4 + size;
        if (end > bytes.size()) break;
        const ByteView content = bytes.subspan(at + head + 4, size);
        Bytes cleaned(content.begin(), content.end());
        if (id == kIptc) cleaned = iptc(content);
        if (id == kIptc) iptc_changed = !std::ranges::equal(cleaned, content);
        const bool thumbnail = id == 0x0409 || id == 0x040C || id == 0x0422 || id == 0x0423 || id == 0x0424;
        if (thumbnail || may_hold_a_picture(content)) {
            removed_.insert("a thumbnail in Photoshop's block");
        } else if (!cleaned.empty() || content.empty()) {
            if (id != kDigest || !iptc_changed) {
                append(kept, bytes.subspan(at, head));
                put_big_endian(kept, static_cast<std::uint32_t>(cleaned.size()), 4);
                append(kept, cleaned);
                if (cleaned.size() % 2 != 0) kept.push_back(0);
            }
        }
        at = end + size % 2;
    }
    return kept;
}

void MetadataCleaner::tell() const {
    std::string list;
    for (const std::string& what : removed_) list += (list.empty() ? "" : ", ") + what;
    if (!list.empty()) policy_.note(policy_.name + ": left out, since it can show the picture as it was: " + list);
    list.clear();
    for (const std::string& what : names_) list += (list.empty() ? "" : ", ") + what;
    if (!list.empty())
        policy_.note(policy_.name + ": its metadata names people or says where faces are (" + list + "), and keeps that; --drop metadata leaves it out");
}

}  // namespace invisiblur::still
