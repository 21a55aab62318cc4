#include "job/shard/shard_file.hpp"

#include <algorithm>
#include <limits>

#include "base/cbor_reader.hpp"
#include "base/cbor_writer.hpp"

namespace invisiblur::av {
namespace {

using Json = nlohmann::json;

constexpr const char* kKind = "piece";
constexpr int kMostCodecId = 0x3FFFF;  // as many bits as AVCodecID has
/// What libav counts in an int, with the padding that it wants behind.
constexpr std::size_t kMostData = static_cast<std::size_t>(std::numeric_limits<int>::max()) - AV_INPUT_BUFFER_PADDING_SIZE;

ShardStream stream_of(const CborValue& value) {
    ShardStream stream;
    stream.encoder = value.at("encoder").text();
    stream.codec_id = value.at("codec_id").number(0, kMostCodecId);
    value.check(avcodec_descriptor_get(static_cast<AVCodecID>(stream.codec_id)) != nullptr);
    stream.total = value.at("total").whole(0);
    stream.end = value.at("end").whole(0, stream.total);
    stream.first = value.at("first").whole(0, stream.end);
    return stream;
}

/// The types of a packet's side data, each at most once, as libav has them.
std::vector<AVPacketSideDataType> side_types_of(const CborValue& value) {
    std::vector<AVPacketSideDataType> types;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto type = static_cast<AVPacketSideDataType>(value.at(i).number(0, AV_PKT_DATA_NB - 1));
        value.check(std::ranges::find(types, type) == types.end());
        types.push_back(type);
    }
    return types;
}

}  // namespace

ShardWriter::ShardWriter(PendingFile& file, const ShardHead& head) : file_(std::make_unique<CborWriter>(file, kKind)) {
    Json streams = Json::array();
    for (const ShardStream& s : head.streams)
        streams.push_back({{"encoder", s.encoder}, {"codec_id", s.codec_id}, {"first", s.first}, {"end", s.end}, {"total", s.total}});
    file_->value({{"source", head.source}, {"options", head.options}, {"streams", streams}});
    for (const ShardStream& stream : head.streams) file_->payload(stream.extradata);
}

ShardWriter::~ShardWriter() = default;

void ShardWriter::add(std::size_t video, const AVPacket& packet) {
    const std::span<const AVPacketSideData> sides(packet.side_data, static_cast<std::size_t>(packet.side_data_elems));
    Json types = Json::array();
    for (const AVPacketSideData& side : sides) types.push_back(static_cast<int>(side.type));
    file_->value(Json::array({video, packet.pts, packet.dts, packet.duration, packet.flags, types}));
    file_->payload({packet.data, static_cast<std::size_t>(packet.size)});
    for (const AVPacketSideData& side : sides) file_->payload({side.data, side.size});
}

void ShardWriter::finish(const std::vector<std::int64_t>& masked) {
    file_->value({{"masked", masked}});
    file_->finish();
}

ShardReader::ShardReader(const std::string& path) : file_(std::make_unique<CborReader>(path, kKind)) {
    const CborValue head = file_->value(), streams = head.at("streams");
    head_.source = head.at("source").text();
    head_.options = head.at("options").text();
    for (std::size_t i = 0; i < streams.size(); ++i) head_.streams.push_back(stream_of(streams.at(i)));
    for (ShardStream& stream : head_.streams) stream.extradata = file_->payload();
    packets_ = file_->place();
}

ShardReader::~ShardReader() = default;

const std::string& ShardReader::path() const {
    return file_->path();
}

void ShardReader::restart() {
    file_->go_to(packets_);
    masked_.clear();
    ended_ = false;
}

PacketPtr ShardReader::next(std::size_t video) {
    while (!ended_) {
        const CborValue item = file_->value();
        if (item.is_map()) {
            read_end(item.at("masked"));
            break;
        }
        const auto stream = static_cast<std::size_t>(item.at(0).whole(0, static_cast<std::int64_t>(head_.streams.size()) - 1));
        const std::vector<AVPacketSideDataType> sides = side_types_of(item.at(5));
        if (stream != video) {
            for (std::size_t i = 0; i < 1 + sides.size(); ++i) file_->skip();
            continue;
        }
        PacketPtr packet = read_data(sides);
        packet->pts = item.at(1).whole();
        packet->dts = item.at(2).whole();
        packet->duration = item.at(3).whole();
        packet->flags = item.at(4).number();
        return packet;
    }
    return nullptr;
}

/// What stands behind a packet's other fields.
PacketPtr ShardReader::read_data(const std::vector<AVPacketSideDataType>& sides) {
    PacketPtr packet = make_packet();
    const std::size_t size = file_->payload_size(kMostData);
    check(av_new_packet(packet.get(), static_cast<int>(size)), "cannot read a piece");
    file_->payload_bytes({packet->data, size});
    for (const AVPacketSideDataType type : sides) {
        const std::size_t side_size = file_->payload_size(kMostData);
        file_->payload_bytes({not_null(av_packet_new_side_data(packet.get(), type, side_size)), side_size});
    }
    return packet;
}

void ShardReader::read_end(const CborValue& masked) {
    for (std::size_t i = 0; i < masked.size(); ++i) masked_.push_back(masked.at(i).whole(0));
    file_->check(masked_.size() == head_.streams.size());
    file_->check_end();
    ended_ = true;
}

}  // namespace invisiblur::av
