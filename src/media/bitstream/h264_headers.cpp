#include "media/bitstream/h264_headers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace invisiblur::av {
namespace {

constexpr int kSequenceParameters = 7;

bool has_chroma_format(unsigned profile) {
    constexpr std::array<unsigned, 13> kProfiles = {44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244};
    return std::find(kProfiles.begin(), kProfiles.end(), profile) != kProfiles.end();
}

/// One NAL unit without its start code.
bool unit_bypasses(ByteView unit) {
    if (unit.empty() || (unit[0] & 31) != kSequenceParameters) return false;
    const Bytes payload = unescape_nal_unit(unit.subspan(1));
    BitReader reader(payload);
    const unsigned profile = reader.bits(8);
    reader.bits(16);      // constraints, level
    reader.exp_golomb();  // id
    if (!has_chroma_format(profile)) return false;
    if (reader.exp_golomb() == 3) reader.bits(1);  // 4:4:4: are its planes apart?
    reader.exp_golomb();                           // depth of luma
    reader.exp_golomb();                           // depth of chroma
    return reader.bits(1) == 1;
}

/// Of an avcC record; one that is cut off counts as far as it goes.
bool any_in_record(ByteView record) {
    std::size_t place = 6;
    for (int left = record.size() > 5 ? record[5] & 31 : 0; left > 0 && place + 2 <= record.size(); --left) {
        const std::size_t size = static_cast<std::size_t>(record[place]) << 8 | record[place + 1];
        place += 2;
        if (place + size > record.size()) return false;
        if (unit_bypasses(record.subspan(place, size))) return true;
        place += size;
    }
    return false;
}

}  // namespace

bool bypasses_transform(ByteView headers) {
    if (!headers.empty() && headers[0] == 1) return any_in_record(headers);
    return std::ranges::any_of(split_nal_units(headers, 0), unit_bypasses);
}

}  // namespace invisiblur::av
