#include "support/small_piece.hpp"

#include <cstring>

#include "base/atomic_file.hpp"

namespace invisiblur::test {

av::ShardHead small_head() {
    av::ShardHead head{"a source", "its options", {}};
    head.streams.push_back({.encoder = "libx264", .codec_id = AV_CODEC_ID_H264, .extradata = {1, 66, 0, 30, 255, 224, 0}, .first = 0, .end = 3, .total = 3});
    head.streams.push_back({.encoder = "ffv1", .codec_id = AV_CODEC_ID_FFV1, .extradata = {}, .first = 0, .end = 2, .total = 2});
    return head;
}

av::PacketPtr small_packet(int number) {
    const int size = number == 3 ? 0 : 20 + number;
    av::PacketPtr packet = av::make_packet();
    check(av_new_packet(packet.get(), size), "cannot make a packet");
    for (int i = 0; i < size; ++i) packet->data[i] = static_cast<std::uint8_t>(7 * i + number);
    packet->pts = number == 1 ? AV_NOPTS_VALUE : 40 * number;
    packet->dts = 40 * number - 80;
    packet->duration = 40;
    packet->flags = number == 0 ? AV_PKT_FLAG_KEY : 0;
    if (number == 2) {
        std::memset(av_packet_new_side_data(packet.get(), AV_PKT_DATA_QUALITY_STATS, 12), 3, 12);
        av_packet_new_side_data(packet.get(), AV_PKT_DATA_SKIP_SAMPLES, 10)[0] = 9;
    }
    return packet;
}

std::string save_small_piece(const std::string& path, const av::ShardHead& head, const std::vector<std::int64_t>& masked) {
    PendingFile file(path);
    av::ShardWriter writer(file, head);
    for (const int number : {0, 1, 2, 3, 4}) writer.add(number == 1 || number == 4, *small_packet(number));
    writer.finish(masked);
    file.commit();
    return path;
}

}  // namespace invisiblur::test
