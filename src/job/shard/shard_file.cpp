#include "job/shard/shard_file.hpp"

#include <cstring>
#include <stdexcept>

namespace invisiblur::av {
namespace {

constexpr const char* kKind = "piece 1";

/// What stands before a packet's bytes.
struct PacketHead {
    std::int64_t pts, dts, duration;
    std::int32_t flags, side_data;
};

}  // namespace

ShardWriter::ShardWriter(PendingFile& file, const ShardHead& head) : bytes_(file, kKind) {
    bytes_.put_text(head.source);
    bytes_.put_text(head.options);
    bytes_.put<std::uint64_t>(head.streams.size());
    for (const ShardStream& stream : head.streams) {
        bytes_.put_text(stream.encoder);
        bytes_.put(stream.codec_id);
        bytes_.put_all(stream.extradata);
        for (const std::int64_t value : {stream.first, stream.end, stream.total}) bytes_.put(value);
    }
}

void ShardWriter::add(std::size_t video, const AVPacket& packet) {
    bytes_.put<std::uint64_t>(video + 1);
    bytes_.put(PacketHead{packet.pts, packet.dts, packet.duration, packet.flags, packet.side_data_elems});
    bytes_.put_text({reinterpret_cast<const char*>(packet.data), static_cast<std::size_t>(packet.size)});
    for (int i = 0; i < packet.side_data_elems; ++i) {
        const AVPacketSideData& side = packet.side_data[i];
        bytes_.put(static_cast<std::int32_t>(side.type));
        bytes_.put_text({reinterpret_cast<const char*>(side.data), side.size});
    }
}

void ShardWriter::finish(const std::vector<std::int64_t>& masked) {
    bytes_.put<std::uint64_t>(0);
    bytes_.put_all(masked);
    bytes_.finish();
}

ShardReader::ShardReader(const std::string& path) : bytes_(path, kKind) {
    head_.source = bytes_.get_text();
    head_.options = bytes_.get_text();
    for (std::size_t n = bytes_.count(1); n > 0; --n) {
        ShardStream stream;
        stream.encoder = bytes_.get_text();
        stream.codec_id = bytes_.get<int>();
        stream.extradata = bytes_.get_all<std::uint8_t>();
        stream.first = bytes_.get<std::int64_t>();
        stream.end = bytes_.get<std::int64_t>();
        stream.total = bytes_.get<std::int64_t>();
        head_.streams.push_back(std::move(stream));
    }
}

PacketPtr ShardReader::read_packet(bool wanted) {
    const auto head = bytes_.get<PacketHead>();
    const std::size_t size = bytes_.count(1);
    PacketPtr packet = make_packet();
    if (wanted) {
        check(av_new_packet(packet.get(), static_cast<int>(size)), "cannot read a piece");
        bytes_.bytes(packet->data, size);
    } else {
        bytes_.skip(size);
    }
    packet->pts = head.pts;
    packet->dts = head.dts;
    packet->duration = head.duration;
    packet->flags = head.flags;
    for (std::int32_t i = 0; i < head.side_data; ++i) {
        const auto type = static_cast<AVPacketSideDataType>(bytes_.get<std::int32_t>());
        const std::string data = bytes_.get_text();
        if (wanted) std::memcpy(not_null(av_packet_new_side_data(packet.get(), type, data.size())), data.data(), data.size());
    }
    return packet;
}

PacketPtr ShardReader::next(std::size_t video) {
    while (!ended_) {
        const auto stream = bytes_.get<std::uint64_t>();
        if (stream == 0) {
            masked_ = bytes_.get_all<std::int64_t>();
            bytes_.check_end();
            ended_ = true;
            break;
        }
        const bool wanted = stream == video + 1;
        PacketPtr packet = read_packet(wanted);
        if (wanted) return packet;
    }
    return nullptr;
}

}  // namespace invisiblur::av
