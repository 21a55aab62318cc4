#include "still/webp_animation.hpp"

#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <stdexcept>

#include "still/layouts.hpp"
#include "still/png_animation.hpp"
#include "still/webp_chunks.hpp"

namespace invisiblur::still {
namespace {

struct Delete {
    void operator()(WebPAnimDecoder* decoder) const noexcept { WebPAnimDecoderDelete(decoder); }
    void operator()(WebPAnimEncoder* encoder) const noexcept { WebPAnimEncoderDelete(encoder); }
    void operator()(WebPDemuxer* demuxer) const noexcept { WebPDemuxDelete(demuxer); }
};
using DecoderPtr = std::unique_ptr<WebPAnimDecoder, Delete>;
using DemuxerPtr = std::unique_ptr<WebPDemuxer, Delete>;

[[noreturn]] void fail(const std::string& name, const char* why) {
    throw std::runtime_error(name + ": " + why);
}

DemuxerPtr demuxer_of(const WebPData& data, const std::string& name) {
    DemuxerPtr demuxer(WebPDemux(&data));
    if (!demuxer) fail(name, "the WebP is damaged or cut off");
    return demuxer;
}

/// What VP8X says in its first byte (WebP container specification, "Extended File Format").
constexpr std::size_t kFlagsAt = 20;
constexpr std::uint8_t kAnimated = 0x02;

void read_frames(WebPDemuxer& demuxer, WebpForm& form) {
    WebPIterator frame;
    form.lossless = true;
    for (int more = WebPDemuxGetFrame(&demuxer, 1, &frame); more; more = WebPDemuxNextFrame(&frame)) {
        WebPBitstreamFeatures facts;
        form.lossless &= WebPGetFeatures(frame.fragment.bytes, frame.fragment.size, &facts) == VP8_STATUS_OK && facts.format == 2;
        form.durations_ms.push_back(frame.duration);
    }
    WebPDemuxReleaseIterator(&frame);
}

}  // namespace

bool is_webp_animation(ByteView bytes) {
    return bytes.size() > kFlagsAt && starts_with(bytes, "RIFF") && text_of(bytes.subspan(8, 8)) == "WEBPVP8X" && (bytes[kFlagsAt] & kAnimated);
}

WebpForm webp_form_of(ByteView bytes, const Policy& policy) {
    const WebPData data = webp_data_of(bytes);
    const DemuxerPtr demuxer = demuxer_of(data, policy.name);
    WebpForm form;
    form.width = static_cast<int>(WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH));
    form.height = static_cast<int>(WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT));
    form.loops = static_cast<int>(WebPDemuxGetI(demuxer.get(), WEBP_FF_LOOP_COUNT));
    form.background = WebPDemuxGetI(demuxer.get(), WEBP_FF_BACKGROUND_COLOR);
    read_frames(*demuxer, form);
    MetadataCleaner cleaner(policy);
    form.metadata = webp_metadata_of(bytes, cleaner, policy.name);
    cleaner.tell();
    form.took_out = cleaner.took_out();
    return form;
}

Bytes webp_as_png_animation(ByteView bytes, const Policy& policy) {
    const WebPData data = webp_data_of(bytes);
    {
        const DemuxerPtr demuxer = demuxer_of(data, policy.name);
        check_pixel_count(WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH), WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT), policy);
    }
    WebPAnimDecoderOptions options;
    if (!WebPAnimDecoderOptionsInit(&options)) throw std::bad_alloc();
    options.color_mode = MODE_RGBA;
    const DecoderPtr decoder(WebPAnimDecoderNew(&data, &options));
    WebPAnimInfo info;
    if (!decoder || !WebPAnimDecoderGetInfo(decoder.get(), &info)) fail(policy.name, "the WebP is damaged or cut off");
    PngAnimation animation(info.loop_count, policy.name);
    ImageView view{packed_rgb_layout(8, true), static_cast<int>(info.canvas_width), static_cast<int>(info.canvas_height), {}, {}};
    view.stride_bytes[0] = std::ptrdiff_t{4} * view.width;
    int begin_ms = 0;
    for (std::uint32_t frame = 0; frame < info.frame_count; ++frame) {
        int end_ms = 0;
        if (!WebPAnimDecoderGetNext(decoder.get(), &view.data[0], &end_ms)) fail(policy.name, "the animated WebP is damaged or cut off");
        animation.add(view, png_delay_of(std::max(1, end_ms - begin_ms)));
        begin_ms = end_ms;
    }
    return animation.finish();
}

struct WebpAnimation::Encoder {
    std::unique_ptr<WebPAnimEncoder, Delete> encoder;
    WebPConfig config;
};

WebpAnimation::WebpAnimation(WebpForm form, std::string name) : form_(std::move(form)), name_(std::move(name)), encoder_(std::make_unique<Encoder>()) {
    WebPAnimEncoderOptions options;
    if (!WebPAnimEncoderOptionsInit(&options) || !WebPConfigPreset(&encoder_->config, WEBP_PRESET_PHOTO, kWebpQuality)) throw std::bad_alloc();
    options.anim_params.bgcolor = form_.background;
    options.anim_params.loop_count = form_.loops;
    encoder_->config.lossless = form_.lossless;
    encoder_->config.exact = 1;
    encoder_->config.alpha_quality = 100;
    encoder_->encoder.reset(WebPAnimEncoderNew(form_.width, form_.height, &options));
    if (!encoder_->encoder) throw std::bad_alloc();
}

WebpAnimation::~WebpAnimation() = default;

void WebpAnimation::add(const ImageView& picture, std::int64_t begin_ms) {
    WebPPicture frame;
    if (!WebPPictureInit(&frame)) throw std::bad_alloc();
    const std::unique_ptr<WebPPicture, decltype(&WebPPictureFree)> freed(&frame, WebPPictureFree);
    frame.width = picture.width;
    frame.height = picture.height;
    frame.use_argb = 1;
    if (!WebPPictureImportRGBA(&frame, picture.data[0], static_cast<int>(picture.stride_bytes[0])) ||
        !WebPAnimEncoderAdd(encoder_->encoder.get(), &frame, static_cast<int>(begin_ms), &encoder_->config))
        throw std::runtime_error(name_ + ": the result cannot be encoded: " + WebPAnimEncoderGetError(encoder_->encoder.get()));
}

Bytes WebpAnimation::finish(std::int64_t end_ms) {
    WebPData made{};
    if (!WebPAnimEncoderAdd(encoder_->encoder.get(), nullptr, static_cast<int>(end_ms), nullptr) || !WebPAnimEncoderAssemble(encoder_->encoder.get(), &made))
        throw std::runtime_error(name_ + ": the result cannot be encoded: " + WebPAnimEncoderGetError(encoder_->encoder.get()));
    const WebpMuxPtr mux(WebPMuxCreate(&made, 1));
    WebPDataClear(&made);
    if (!mux) throw std::bad_alloc();
    return webp_with_chunks(*mux, form_.metadata, name_);
}

}  // namespace invisiblur::still
