#include "media/libav/stream_clock.hpp"

#include <doctest/doctest.h>

using namespace invisiblur::av;

namespace {

/// A video and a sound on a clock of 1/90000.
class Joined {
public:
    Joined() : context_(avformat_alloc_context()) {
        for (const AVMediaType type : {AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO}) {
            AVStream& stream = *avformat_new_stream(context_, nullptr);
            stream.codecpar->codec_type = type;
            stream.time_base = {1, 90000};
        }
    }
    ~Joined() { avformat_free_context(context_); }

    /// The time that a packet of a tenth of a second gets.
    std::int64_t dts(unsigned stream, std::int64_t dts, bool& jumped) {
        const PacketPtr packet = make_packet();
        packet->stream_index = static_cast<int>(stream);
        packet->dts = dts;
        packet->pts = dts + 100;
        packet->duration = 9000;
        jumped = clock_.correct(*packet, *context_->streams[stream]);
        CHECK(packet->pts == packet->dts + 100);
        return packet->dts;
    }

private:
    AVFormatContext* context_;
    StreamClock clock_;
};

}  // namespace

TEST_CASE("Time goes on where a clock jumps back, and sound goes along with the video") {
    Joined file;
    bool jumped = false;
    for (int i = 0; i < 20; ++i) CHECK(file.dts(0, 900'000 + 9000 * i, jumped) == 900'000 + 9000 * i);
    for (int i = 0; i < 19; ++i) CHECK(file.dts(1, 900'000 + 9000 * i, jumped) == 900'000 + 9000 * i);
    CHECK_FALSE(jumped);
    CHECK(file.dts(0, 900'000, jumped) == 1'080'000);
    CHECK(jumped);
    CHECK(file.dts(0, 909'000, jumped) == 1'089'000);
    CHECK_FALSE(jumped);
    CHECK(file.dts(1, 900'000, jumped) == 1'080'000);
    CHECK(jumped);
}

TEST_CASE("Gaps stay, and packets that are a little out of order are none of a jump") {
    Joined file;
    bool jumped = false;
    file.dts(0, 0, jumped);
    CHECK(file.dts(0, 90'000'000, jumped) == 90'000'000);
    CHECK_FALSE(jumped);
    CHECK(file.dts(0, 89'990'000, jumped) == 89'990'000);
    CHECK_FALSE(jumped);
}
