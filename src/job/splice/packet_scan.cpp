#include "job/splice/packet_scan.hpp"

#include <algorithm>

namespace invisiblur::av {
namespace {

using Role = CodedPicture::Role;

/// Where a start code of MPEG-1 or MPEG-2 video stands, data.size() where it does not.
std::size_t find_mpeg_code(ByteView data, std::uint8_t code) {
    for (std::size_t i = 0; i + 3 < data.size(); ++i)
        if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1 && data[i + 3] == code) return i;
    return data.size();
}

/// A group of pictures can be played alone only with its sequence header (ISO/IEC 13818-2, 6.2.2).
Role mpeg_role(ByteView data) {
    constexpr std::uint8_t kSequence = 0xB3, kGroup = 0xB8;
    if (find_mpeg_code(data, kSequence) == data.size()) return Role::late_key;
    const std::size_t group = find_mpeg_code(data, kGroup);
    const bool closed = group + 7 < data.size() && (data[group + 7] & 0x40) != 0;  // behind 25 bits of time code
    return closed ? Role::key : Role::open_key;
}

}  // namespace

PacketScan::PacketScan(const AVCodecParameters& par) : codec_(par.codec_id), reorders_(par.video_delay > 0) {
    const AVCodecDescriptor* descriptor = avcodec_descriptor_get(codec_);
    intra_only_ = descriptor && descriptor->props & AV_CODEC_PROP_INTRA_ONLY && codec_ != AV_CODEC_ID_FFV1;
    if (codec_ != AV_CODEC_ID_H264 && codec_ != AV_CODEC_ID_HEVC) return;
    const ByteView extradata(par.extradata, static_cast<std::size_t>(par.extradata_size));
    length_size_ = nal_length_size(codec_, extradata);
    for (const ByteView set : sets_in_extradata(codec_, extradata)) ids_.add(codec_, set);
}

void PacketScan::add(const AVPacket& packet) {
    CodedPicture picture{packet.pts, packet.dts, role_of(packet)};
    if (picture.pts == AV_NOPTS_VALUE && !reorders_) picture.pts = picture.dts;
    const bool mpeg = codec_ == AV_CODEC_ID_MPEG1VIDEO || codec_ == AV_CODEC_ID_MPEG2VIDEO;
    if (mpeg && picture.role != Role::picture) open_key_pts_ = picture.role == Role::open_key ? picture.pts : AV_NOPTS_VALUE;
    if (mpeg && picture.role == Role::picture && open_key_pts_ != AV_NOPTS_VALUE && picture.pts < open_key_pts_) picture.role = Role::needs_earlier;
    pictures_.push_back(picture);
}

Role PacketScan::role_of(const AVPacket& packet) {
    const ByteView data(packet.data, static_cast<std::size_t>(packet.size));
    const bool key = intra_only_ || packet.flags & AV_PKT_FLAG_KEY;
    if (codec_ == AV_CODEC_ID_H264 || codec_ == AV_CODEC_ID_HEVC) return nal_role(data, key);
    if (!key) return Role::picture;
    if (codec_ == AV_CODEC_ID_MPEG1VIDEO || codec_ == AV_CODEC_ID_MPEG2VIDEO) return mpeg_role(data);
    return Role::key;
}

Role PacketScan::nal_role(ByteView data, bool key) {
    Role role = key ? Role::late_key : Role::picture;
    for (const ByteView unit : split_nal_units(data, length_size_)) {
        ids_.add(codec_, unit);
        const NalKind kind = nal_kind(codec_, unit);
        if (kind == NalKind::idr && key) role = Role::key;
        if (kind == NalKind::open_key && key) role = Role::open_key;
        if (kind == NalKind::skipped) role = Role::needs_earlier;
    }
    return role;
}

}  // namespace invisiblur::av
