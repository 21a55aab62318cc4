#include "media/bitstream/theora_repeat.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "media/libav/handles.hpp"
#include "support/clips.hpp"
#include "support/process.hpp"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

using namespace invisiblur;
using namespace invisiblur::av;
using namespace invisiblur::test;

namespace {

PacketPtr packet_of(const Bytes& bytes) {
    PacketPtr packet = make_packet();
    check(av_new_packet(packet.get(), static_cast<int>(bytes.size())), "cannot make a packet");
    std::ranges::copy(bytes, packet->data);
    return packet;
}

std::vector<std::uint8_t> pixels(const AVFrame& frame) {
    const auto format = static_cast<AVPixelFormat>(frame.format);
    std::vector<std::uint8_t> all(static_cast<std::size_t>(av_image_get_buffer_size(format, frame.width, frame.height, 1)));
    av_image_copy_to_buffer(all.data(), static_cast<int>(all.size()), frame.data, frame.linesize, format, frame.width, frame.height, 1);
    return all;
}

}  // namespace

TEST_CASE("a repeated picture is the one before it") {
    struct Shape {
        const char* size;
        const char* format;
    };
    // 4096x2304 and more have more super blocks than the longest run.
    for (const Shape& shape : {Shape{"160x120", "yuv420p"}, Shape{"150x114", "yuv420p"}, Shape{"64x48", "yuv444p"}, Shape{"320x34", "yuv422p"}, Shape{"2048x2064", "yuv444p"}}) {
        CAPTURE(shape.size);
        const TempDir folder;
        make_clip(folder / "one.nut", std::string("-f lavfi -i testsrc2=s=") + shape.size + " -frames:v 1 -pix_fmt " + shape.format + " -c:v libtheora -q:v 5");
        AVFormatContext* raw = nullptr;
        check(avformat_open_input(&raw, (folder / "one.nut").c_str(), nullptr, nullptr), "cannot open");
        const InputPtr input(raw);
        const AVCodecParameters& par = *raw->streams[0]->codecpar;
        const CodecPtr decoder = make_codec(avcodec_find_decoder(AV_CODEC_ID_THEORA));
        check(avcodec_parameters_to_context(decoder.get(), &par), "cannot set up");
        decoder->thread_count = 1;
        decoder->err_recognition = AV_EF_EXPLODE;
        check(avcodec_open2(decoder.get(), nullptr, nullptr), "cannot open");
        const PacketPtr key = make_packet();
        check(av_read_frame(raw, key.get()), "cannot read");
        check(avcodec_send_packet(decoder.get(), key.get()), "cannot decode");
        const FramePtr first = make_frame(), second = make_frame();
        check(avcodec_receive_frame(decoder.get(), first.get()), "no picture");
        const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(static_cast<AVPixelFormat>(first->format));
        const PacketPtr again = packet_of(theora_repeat(par.width, par.height, format.log2_chroma_w, format.log2_chroma_h));
        REQUIRE(avcodec_send_packet(decoder.get(), again.get()) >= 0);
        REQUIRE(avcodec_receive_frame(decoder.get(), second.get()) >= 0);
        CHECK(pixels(*first) == pixels(*second));
        CHECK(again->size < 32);
    }
}
