#include "media/bitstream/parameter_sets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace invisiblur::av {
namespace {

// ITU-T H.264 table 7-1, H.265 table 7-1
constexpr int kH264Idr = 5, kH264Sps = 7, kH264Pps = 8, kH264SpsExtension = 13;
constexpr int kHevcRaslN = 8, kHevcRaslR = 9, kHevcFirstIrap = 16, kHevcBlaWithRadl = 17, kHevcIdrN = 20, kHevcCra = 21, kHevcLastIrap = 23;
constexpr int kHevcVps = 32, kHevcSps = 33, kHevcPps = 34;
constexpr std::size_t kAvcHeader = 5, kHevcHeader = 22;

bool is_hevc(AVCodecID codec) {
    return codec == AV_CODEC_ID_HEVC;
}

int nal_type(AVCodecID codec, ByteView unit) {
    if (unit.empty()) return -1;
    return is_hevc(codec) ? unit[0] >> 1 & 63 : unit[0] & 31;
}

/// True for avcC and hvcC, which begin with a version, where start codes begin with 0.
bool has_lengths(ByteView extradata) {
    return extradata.size() > 6 && extradata[0] == 1;
}

/// Where sps_seq_parameter_set_id stands in an unescaped HEVC sequence parameter set: behind profile_tier_level (H.265, 7.3.3).
std::size_t hevc_sps_id_bit(ByteView unit) {
    BitReader reader(unit, 16);
    reader.bits(4);
    const std::uint32_t layers = reader.bits(3);
    reader.bits(1);
    for (int i = 0; i < 12; ++i) reader.bits(8);
    std::uint32_t profiles = 0, levels = 0;
    for (std::uint32_t i = 0; layers > 0 && i < 8; ++i) {
        profiles += reader.bits(1);
        levels += reader.bits(1);
    }
    return reader.position() + profiles * 88 + levels * 8;
}

/// Reads a big-endian 16-bit count or length and steps over it.
std::size_t take_u16(ByteView data, std::size_t& at) {
    if (at + 2 > data.size()) throw std::runtime_error("the stream's header is cut off");
    at += 2;
    return std::size_t{data[at - 2]} << 8 | data[at - 1];
}

ByteView take_set(ByteView data, std::size_t& at) {
    const std::size_t length = take_u16(data, at);
    if (at + length > data.size()) throw std::runtime_error("the stream's header is cut off");
    at += length;
    return data.subspan(at - length, length);
}

/// A number as a header holds it, which has so many bits for it.
std::size_t counted(std::size_t number, std::size_t most, const char* what) {
    if (number <= most) return number;
    throw std::runtime_error(fmt::format("the stream's header can count {} {}, and would have {}: leave --copy-unchanged out", most, what, number));
}

void put_u8(Bytes& out, std::size_t number, const char* what) {
    out.push_back(static_cast<std::uint8_t>(counted(number, 0xFF, what)));
}

void put_u16(Bytes& out, std::size_t number, const char* what) {
    counted(number, 0xFFFF, what);
    out.push_back(static_cast<std::uint8_t>(number >> 8));
    out.push_back(static_cast<std::uint8_t>(number));
}

void put_set(Bytes& out, ByteView set) {
    put_u16(out, set.size(), "bytes of a parameter set");
    out.insert(out.end(), set.begin(), set.end());
}

struct AvcRecord {
    std::vector<ByteView> sequence, picture;
    ByteView tail;  ///< what the high profiles add
};

AvcRecord read_avc_record(ByteView data) {
    AvcRecord record;
    std::size_t at = kAvcHeader;
    for (int count = data[at++] & 31; count > 0; --count) record.sequence.push_back(take_set(data, at));
    if (at >= data.size()) return record;
    for (int count = data[at++]; count > 0; --count) record.picture.push_back(take_set(data, at));
    record.tail = data.subspan(at);
    return record;
}

struct HevcArray {
    std::uint8_t head = 0;  ///< completeness and type
    std::vector<ByteView> sets;
};

std::vector<HevcArray> read_hevc_record(ByteView data) {
    std::vector<HevcArray> arrays;
    if (data.size() <= kHevcHeader) return arrays;
    std::size_t at = kHevcHeader + 1;
    for (int count = data[kHevcHeader]; count > 0 && at < data.size(); --count) {
        HevcArray array{data[at++], {}};
        for (std::size_t sets = take_u16(data, at); sets > 0; --sets) array.sets.push_back(take_set(data, at));
        arrays.push_back(std::move(array));
    }
    return arrays;
}

Bytes add_to_avc(ByteView extradata, const std::vector<Bytes>& sets) {
    AvcRecord record = read_avc_record(extradata);
    Bytes out(extradata.begin(), extradata.begin() + kAvcHeader);
    for (const Bytes& set : sets) {
        const int type = nal_type(AV_CODEC_ID_H264, set);
        if (type == kH264Pps) record.picture.push_back(set);
        if (type != kH264Sps || set.size() < 4) continue;
        record.sequence.push_back(set);
        out[1] = std::max(out[1], set[1]);
        out[2] &= set[2];
        out[3] = std::max(out[3], set[3]);
    }
    out.push_back(static_cast<std::uint8_t>(0xE0 | counted(record.sequence.size(), 31, "sequence parameter sets")));
    for (const ByteView set : record.sequence) put_set(out, set);
    put_u8(out, record.picture.size(), "picture parameter sets");
    for (const ByteView set : record.picture) put_set(out, set);
    out.insert(out.end(), record.tail.begin(), record.tail.end());
    return out;
}

Bytes add_to_hevc(ByteView extradata, const std::vector<Bytes>& sets) {
    std::vector<HevcArray> arrays = read_hevc_record(extradata);
    for (const Bytes& set : sets) {
        const int type = nal_type(AV_CODEC_ID_HEVC, set);
        auto array = std::find_if(arrays.begin(), arrays.end(), [&](const HevcArray& a) { return (a.head & 63) == type; });
        if (array == arrays.end()) array = arrays.insert(array, HevcArray{static_cast<std::uint8_t>(0x80 | type), {}});
        array->sets.emplace_back(set);
    }
    Bytes out(extradata.begin(), extradata.begin() + kHevcHeader);
    put_u8(out, arrays.size(), "kinds of parameter sets");
    for (const HevcArray& array : arrays) {
        out.push_back(array.head);
        put_u16(out, array.sets.size(), "parameter sets of a kind");
        for (const ByteView set : array.sets) put_set(out, set);
    }
    return out;
}

/// Puts a 9-bit Exp-Golomb code in the place of the 1-bit code for 0: all behind it moves by one byte.
void widen_zero(Bytes& payload, std::size_t bit, std::uint32_t number) {
    const std::size_t at = bit / 8;
    const int before = static_cast<int>(bit % 8);
    if (at >= payload.size() || (payload[at] >> (7 - before) & 1) == 0) throw std::runtime_error("the encoder numbers its parameter sets otherwise");
    const std::uint32_t code = number + 1;  // 16 to 31: four zeros, then five bits
    const std::uint32_t kept_high = payload[at] & ~(0xFFU >> before), kept_low = payload[at] & (0x7FU >> before);
    const std::uint32_t both = kept_high << 8 | code << (7 - before) | kept_low;
    payload[at] = static_cast<std::uint8_t>(both >> 8);
    payload.insert(payload.begin() + static_cast<std::ptrdiff_t>(at) + 1, static_cast<std::uint8_t>(both));
}

std::uint32_t first_free(const std::set<std::uint32_t>& taken, std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t id = first; id <= last; ++id)
        if (!taken.contains(id)) return id;
    throw std::runtime_error("the source uses all numbers for parameter sets, so none is left for what is encoded anew");
}

}  // namespace

NalKind nal_kind(AVCodecID codec, ByteView unit) {
    const int type = nal_type(codec, unit);
    if (!is_hevc(codec)) {
        if (type == kH264Sps || type == kH264Pps || type == kH264SpsExtension) return NalKind::parameter_set;
        return type == kH264Idr ? NalKind::idr : type >= 1 && type < kH264Idr ? NalKind::picture : NalKind::other;
    }
    if (type >= kHevcVps && type <= kHevcPps) return NalKind::parameter_set;
    if (type >= kHevcFirstIrap && type <= kHevcIdrN) return NalKind::idr;  // BLA pictures too
    if (type == kHevcCra) return NalKind::open_key;
    if (type == kHevcRaslN || type == kHevcRaslR) return NalKind::skipped;
    return type >= 0 && type < kHevcFirstIrap ? NalKind::picture : NalKind::other;
}

void ParameterSetIds::add(AVCodecID codec, ByteView unit) {
    if (nal_kind(codec, unit) != NalKind::parameter_set) return;
    const Bytes payload = unescape_nal_unit(unit.first(std::min<std::size_t>(unit.size(), 256)));
    const int type = nal_type(codec, unit);
    if (type == kH264Sps) sequence.insert(BitReader(payload, 32).exp_golomb());
    if (type == kH264Pps) picture.insert(BitReader(payload, 8).exp_golomb());
    if (type == kHevcVps) video.insert(BitReader(payload, 16).bits(4));
    if (type == kHevcSps) sequence.insert(BitReader(payload, hevc_sps_id_bit(payload)).exp_golomb());
    if (type == kHevcPps) picture.insert(BitReader(payload, 16).exp_golomb());
}

int nal_length_size(AVCodecID codec, ByteView extradata) {
    if (!has_lengths(extradata)) return 0;
    if (!is_hevc(codec)) return (extradata[4] & 3) + 1;
    return extradata.size() > kHevcHeader ? (extradata[kHevcHeader - 1] & 3) + 1 : 4;
}

std::vector<ByteView> sets_in_extradata(AVCodecID codec, ByteView extradata) {
    if (!has_lengths(extradata)) return split_nal_units(extradata, 0);
    std::vector<ByteView> sets;
    if (is_hevc(codec)) {
        for (const HevcArray& array : read_hevc_record(extradata)) sets.insert(sets.end(), array.sets.begin(), array.sets.end());
        return sets;
    }
    const AvcRecord record = read_avc_record(extradata);
    sets = record.sequence;
    sets.insert(sets.end(), record.picture.begin(), record.picture.end());
    return sets;
}

Bytes add_to_extradata(AVCodecID codec, ByteView extradata, const std::vector<Bytes>& sets) {
    if (has_lengths(extradata)) return is_hevc(codec) ? add_to_hevc(extradata, sets) : add_to_avc(extradata, sets);
    Bytes out(extradata.begin(), extradata.end());
    for (const Bytes& set : sets) append_nal_unit(out, set, 0);
    return out;
}

HevcNumbers HevcNumbers::besides(const ParameterSetIds& taken) {
    HevcNumbers numbers;
    numbers.video = first_free(taken.video, 1, 15);
    numbers.sequence = first_free(taken.sequence, 15, 15);
    numbers.picture = first_free(taken.picture, 15, 30);
    return numbers;
}

Bytes HevcNumbers::apply(ByteView unit) const {
    const int type = nal_type(AV_CODEC_ID_HEVC, unit);
    const bool slice = type >= 0 && type <= kHevcLastIrap;
    if (!slice && (type < kHevcVps || type > kHevcPps)) return {unit.begin(), unit.end()};
    Bytes payload = unescape_nal_unit(unit);
    if (payload.size() < 4) throw std::runtime_error("the encoder made a broken NAL unit");
    if (type == kHevcVps || type == kHevcSps) payload[2] = static_cast<std::uint8_t>((payload[2] & 15U) | video << 4);
    if (type == kHevcSps) widen_zero(payload, hevc_sps_id_bit(payload), sequence);
    if (type == kHevcPps) {
        widen_zero(payload, 16, picture);
        widen_zero(payload, 25, sequence);
    }
    // first_slice_segment_in_pic_flag, in intra random access pictures no_output_of_prior_pics_flag, then the number
    if (slice) widen_zero(payload, type >= kHevcFirstIrap ? 18 : 17, picture);
    return escape_nal_unit(payload);
}

void make_broken_link(std::uint8_t& hevc_unit_head) {
    hevc_unit_head = static_cast<std::uint8_t>((hevc_unit_head & 0x81U) | kHevcBlaWithRadl << 1);
}

std::uint32_t free_h264_number(const ParameterSetIds& taken) {
    std::set<std::uint32_t> both = taken.sequence;
    both.insert(taken.picture.begin(), taken.picture.end());
    return first_free(both, 0, 31);
}

}  // namespace invisiblur::av
