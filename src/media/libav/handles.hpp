#pragma once
#include <memory>
#include <new>
#include <string>

#include "invisiblur/anonymizer.hpp"
#include "invisiblur/error.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

namespace invisiblur::av {

/// Deleter for libav's free functions that take the handle's address.
template <auto free>
struct FreeAddress {
    template <class T>
    void operator()(T* p) const noexcept { free(&p); }
};

/// Deleter for libav's free functions that take the handle.
template <auto free>
struct Free {
    template <class T>
    void operator()(T* p) const noexcept { free(p); }
};

inline void free_dict(AVDictionary* dict) noexcept {
    av_dict_free(&dict);
}

/// A file that was opened by name is closed with its context; a custom AVIOContext belongs to somebody else.
inline void free_output(AVFormatContext* context) noexcept {
    const bool ours = context->oformat && !(context->oformat->flags & AVFMT_NOFILE) && !(context->flags & AVFMT_FLAG_CUSTOM_IO);
    if (ours) avio_closep(&context->pb);
    avformat_free_context(context);
}

/// libav keeps its buffer's address in the context, so the two go together.
inline void free_custom_io(AVIOContext* io) noexcept {
    av_freep(&io->buffer);
    avio_context_free(&io);
}

using invisiblur::FramePtr;
using PacketPtr = std::unique_ptr<AVPacket, FreeAddress<av_packet_free>>;
using CodecPtr = std::unique_ptr<AVCodecContext, FreeAddress<avcodec_free_context>>;
using ParametersPtr = std::unique_ptr<AVCodecParameters, FreeAddress<avcodec_parameters_free>>;
using InputPtr = std::unique_ptr<AVFormatContext, FreeAddress<avformat_close_input>>;
using OutputPtr = std::unique_ptr<AVFormatContext, Free<free_output>>;
using ConnectionPtr = std::unique_ptr<AVIOContext, FreeAddress<avio_closep>>;
using CustomIoPtr = std::unique_ptr<AVIOContext, Free<free_custom_io>>;
using DictPtr = std::unique_ptr<AVDictionary, Free<free_dict>>;
using BufferPtr = std::unique_ptr<AVBufferRef, FreeAddress<av_buffer_unref>>;
using BufferPoolPtr = std::unique_ptr<AVBufferPool, FreeAddress<av_buffer_pool_uninit>>;
using ScalerPtr = std::unique_ptr<SwsContext, Free<sws_freeContext>>;

/// Passes a handle on.
/// Errors: std::bad_alloc where it is null.
template <class T>
T* not_null(T* p) {
    if (!p) throw std::bad_alloc();
    return p;
}

inline FramePtr make_frame() {
    return FramePtr(not_null(av_frame_alloc()));
}

inline PacketPtr make_packet() {
    return PacketPtr(not_null(av_packet_alloc()));
}

/// Another reference to the same pixels.
inline FramePtr make_frame_reference(const AVFrame& frame) {
    FramePtr copy = make_frame();
    check(av_frame_ref(copy.get(), &frame), "cannot share a frame");
    return copy;
}

/// A frame with pixels of its own.
inline FramePtr make_frame(AVPixelFormat format, int width, int height) {
    FramePtr frame = make_frame();
    frame->format = format;
    frame->width = width;
    frame->height = height;
    check(av_frame_get_buffer(frame.get(), 0), "cannot allocate a frame");
    return frame;
}

/// Another reference to the same bytes.
inline PacketPtr make_packet_reference(const AVPacket& packet) {
    PacketPtr copy = make_packet();
    check(av_packet_ref(copy.get(), &packet), "cannot share a packet");
    return copy;
}

inline CodecPtr make_codec(const AVCodec* codec) {
    return CodecPtr(not_null(avcodec_alloc_context3(codec)));
}

inline void set_entry(DictPtr& dict, const std::string& key, const std::string& value) {
    AVDictionary* raw = dict.release();
    const int code = av_dict_set(&raw, key.c_str(), value.c_str(), 0);
    dict.reset(raw);
    check(code, "cannot set option " + key);
}

}  // namespace invisiblur::av
