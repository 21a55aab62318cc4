#include "media/read/picture_file.hpp"

#include <string_view>

#include "base/atomic_file.hpp"
#include "media/libav/colour_tags.hpp"
#include "media/libav/pixel_layout.hpp"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

namespace invisiblur::av {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& why) {
    throw std::runtime_error("cannot read the picture " + path + ": " + why);
}

CodecPtr open_decoder(const AVStream& stream, const std::string& path) {
    const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
    if (codec == nullptr) fail(path, "no decoder for it; convert it to PNG");
    CodecPtr decoder = make_codec(codec);
    check(avcodec_parameters_to_context(decoder.get(), stream.codecpar), "cannot decode " + path);
    check(avcodec_open2(decoder.get(), codec, nullptr), "cannot decode " + path);
    return decoder;
}

bool is_full_range(const AVFrame& frame) {
    return pixel_layout(frame).full_range;
}

const int* matrix_of(const AVFrame& frame) {
    return sws_getCoefficients(frame.colorspace == AVCOL_SPC_UNSPECIFIED || frame.colorspace == AVCOL_SPC_RGB
                                   ? SWS_CS_DEFAULT
                                   : static_cast<int>(frame.colorspace));
}

/// Converts planes at one size. The matrix is the video's: RGB has none of its own.
void convert(const std::uint8_t* const* from, const int* from_strides, AVPixelFormat from_format, bool from_full, std::uint8_t* const* to,
             const int* to_strides, AVPixelFormat to_format, bool to_full, const int* matrix, int width, int height) {
    constexpr int kExact = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;
    const ScalerPtr scaler(sws_getContext(width, height, from_format, width, height, to_format, kExact, nullptr, nullptr, nullptr));
    if (!scaler) throw std::runtime_error("cannot convert " + format_name(from_format) + " to " + format_name(to_format));
    sws_setColorspaceDetails(scaler.get(), matrix, from_full, matrix, to_full, 0, 1 << 16, 1 << 16);
    check(sws_scale(scaler.get(), from, from_strides, 0, height, to, to_strides), "cannot convert a picture");
}

/// libav's own form of an ImageView's planes.
struct Planes {
    std::uint8_t* data[4];
    int strides[4];

    explicit Planes(const ImageView& view) {
        for (int p = 0; p < 4; ++p) {
            data[p] = view.data[p];
            strides[p] = static_cast<int>(view.stride_bytes[p]);
        }
    }
};

}  // namespace

FramePtr read_picture_file(const std::string& path) {
    AVFormatContext* raw = nullptr;
    check(avformat_open_input(&raw, ("file:" + path).c_str(), nullptr, nullptr), "cannot open the picture " + path);
    const InputPtr input(raw);
    check(avformat_find_stream_info(input.get(), nullptr), "cannot read the picture " + path);
    const int index = av_find_best_stream(input.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (index < 0) fail(path, "it holds no picture");
    const CodecPtr decoder = open_decoder(*input->streams[index], path);
    const PacketPtr packet = make_packet();
    FramePtr frame = make_frame();
    while (av_read_frame(input.get(), packet.get()) >= 0) {
        if (packet->stream_index == index) check(avcodec_send_packet(decoder.get(), packet.get()), "cannot decode the picture " + path);
        av_packet_unref(packet.get());
        if (avcodec_receive_frame(decoder.get(), frame.get()) < 0) continue;
        forget_unknown_colours(*frame);
        return frame;
    }
    avcodec_send_packet(decoder.get(), nullptr);
    if (avcodec_receive_frame(decoder.get(), frame.get()) < 0) fail(path, "its picture cannot be decoded");
    forget_unknown_colours(*frame);
    return frame;
}

OwnedImage load_plate_file(const std::string& path, const AVFrame& like) {
    const FramePtr picture = read_picture_file(path);
    if (picture->width != like.width || picture->height != like.height) {
        fail(path, "it has " + std::to_string(picture->width) + "x" + std::to_string(picture->height) + " pixels where the video has " +
                       std::to_string(like.width) + "x" + std::to_string(like.height) + "; scale the picture");
    }
    OwnedImage image(pixel_layout(like), like.width, like.height);
    const Planes to(image.view());
    const bool full = picture->color_range == AVCOL_RANGE_JPEG ||
                      (av_pix_fmt_desc_get(static_cast<AVPixelFormat>(picture->format))->flags & AV_PIX_FMT_FLAG_RGB) ||
                      std::string_view(format_name(picture->format)).starts_with("yuvj");
    if (picture->format == like.format && full == is_full_range(like)) {
        av_image_copy(const_cast<std::uint8_t**>(to.data), const_cast<int*>(to.strides), const_cast<const std::uint8_t**>(picture->data),
                      picture->linesize, static_cast<AVPixelFormat>(like.format), like.width, like.height);
        return image;
    }
    convert(picture->data, picture->linesize, static_cast<AVPixelFormat>(picture->format), full, to.data, to.strides,
            static_cast<AVPixelFormat>(like.format), is_full_range(like), matrix_of(like), like.width, like.height);
    return image;
}

void write_png_file(const std::string& path, const ImageView& pixels, const AVFrame& like) {
    const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_PNG);
    if (codec == nullptr) throw std::runtime_error("cannot write " + path + ": this libavcodec has no PNG encoder");
    const FramePtr rgb = make_frame(AV_PIX_FMT_RGB24, pixels.width, pixels.height);
    const Planes from(pixels);
    convert(from.data, from.strides, static_cast<AVPixelFormat>(like.format), is_full_range(like), rgb->data, rgb->linesize,
            AV_PIX_FMT_RGB24, true, matrix_of(like), pixels.width, pixels.height);
    const CodecPtr encoder = make_codec(codec);
    encoder->width = pixels.width;
    encoder->height = pixels.height;
    encoder->pix_fmt = AV_PIX_FMT_RGB24;
    encoder->time_base = {1, 25};
    check(avcodec_open2(encoder.get(), codec, nullptr), "cannot encode " + path);
    check(avcodec_send_frame(encoder.get(), rgb.get()), "cannot encode " + path);
    check(avcodec_send_frame(encoder.get(), nullptr), "cannot encode " + path);
    const PacketPtr packet = make_packet();
    check(avcodec_receive_packet(encoder.get(), packet.get()), "cannot encode " + path);
    write_file_atomically(path, {reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size)});
}

}  // namespace invisiblur::av
