#include "still/exiv2_use.hpp"

#include <stdexcept>

namespace invisiblur::still {

std::unique_lock<std::mutex> use_exiv2() {
    static std::mutex mutex;
    std::unique_lock lock(mutex);
    static const bool ready = [] {
        Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
        return Exiv2::XmpParser::initialize();
    }();
    if (!ready) throw std::runtime_error("exiv2's XMP part does not start");
    return lock;
}

Bytes encode_exif(Exiv2::ExifData data, Exiv2::ByteOrder order) {
    if (data.empty()) return {};
    Exiv2::Blob blob;
    Exiv2::ExifParser::encode(blob, order == Exiv2::invalidByteOrder ? Exiv2::littleEndian : order, data);
    return Bytes(blob.begin(), blob.end());
}

}  // namespace invisiblur::still
