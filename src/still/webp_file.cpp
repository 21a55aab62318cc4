#include <webp/decode.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <memory>
#include <stdexcept>

#include "still/layouts.hpp"
#include "still/metadata_cleaner.hpp"
#include "still/still_file.hpp"
#include "still/webp_chunks.hpp"

namespace invisiblur::still {
namespace {

class WebpFile : public StillFile {
public:
    WebpFile(Bytes bytes, const Policy& policy) : bytes_(std::move(bytes)), name_(policy.name) {
        WebPBitstreamFeatures facts;
        if (WebPGetFeatures(bytes_.data(), bytes_.size(), &facts) != VP8_STATUS_OK) fail("not a WebP that can be read");
        if (facts.has_animation) fail("an animated WebP cannot be written: convert it to a video first");
        check_pixel_count(facts.width, facts.height, policy);
        lossless_ = facts.format == 2;
        const bool alpha = facts.has_alpha != 0;
        const PixelLayout layout = lossless_ ? packed_rgb_layout(8, alpha) : planar_yuv_layout(8, 1, 1, false, alpha);
        image_ = OwnedImage(layout, facts.width, facts.height);
        decode(alpha);
        take_metadata(policy);
    }

    std::string codec() const override { return "webp"; }

    Bytes write(std::span<const Rect> hidden) override {
        const WebpMuxPtr source(WebPMuxCreate(&as_data_, 0)), mux(WebPMuxNew());
        if (!source || !mux) throw std::bad_alloc();
        // A lossy picture in which nothing is hidden need not lose by being coded again.
        WebPMuxFrameInfo frame{};
        if (hidden.empty() && WebPMuxGetFrame(source.get(), 1, &frame) != WEBP_MUX_OK) fail("its picture cannot be taken out");
        const Bytes coded = hidden.empty() ? Bytes(frame.bitstream.bytes, frame.bitstream.bytes + frame.bitstream.size) : encoded();
        WebPDataClear(&frame.bitstream);
        const WebPData picture = webp_data_of(coded);
        if (WebPMuxSetImage(mux.get(), &picture, 1) != WEBP_MUX_OK) fail("the result cannot be put together");
        return webp_with_chunks(*mux, chunks_, name_);
    }

private:
    [[noreturn]] void fail(const std::string& why) const { throw std::runtime_error(name_ + ": " + why); }

    void decode(bool alpha) {
        WebPDecoderConfig config;
        if (!WebPInitDecoderConfig(&config)) throw std::bad_alloc();
        const ImageView& view = image_.view();
        config.output.is_external_memory = 1;
        config.output.colorspace = lossless_ ? (alpha ? MODE_RGBA : MODE_RGB) : (alpha ? MODE_YUVA : MODE_YUV);
        config.options.no_fancy_upsampling = 1;
        const auto stride = [&](int p) { return static_cast<int>(view.stride_bytes[p]); };
        const auto size = [&](int p, int rows) { return static_cast<std::size_t>(view.stride_bytes[p]) * rows; };
        if (lossless_) {
            config.output.u.RGBA = {view.data[0], stride(0), size(0, view.height)};
        } else {
            const int half = (view.height + 1) / 2;
            config.output.u.YUVA = {view.data[0], view.data[1], view.data[2],          view.data[3],     stride(0),     stride(1),
                                    stride(2),    stride(3),    size(0, view.height), size(1, half), size(2, half), alpha ? size(3, view.height) : 0};
        }
        if (WebPDecode(bytes_.data(), bytes_.size(), &config) != VP8_STATUS_OK) fail("the WebP is damaged or cut off");
    }

    void take_metadata(const Policy& policy) {
        MetadataCleaner cleaner(policy);
        chunks_ = webp_metadata_of(bytes_, cleaner, name_);
        bytes_.resize(webp_size_of(bytes_));
        as_data_ = webp_data_of(bytes_);
        cleaner.tell();
        orientation_ = cleaner.orientation();
        took_out_ = cleaner.took_out();
    }

    Bytes encoded() {
        WebPConfig config;
        WebPPicture picture;
        if (!WebPConfigPreset(&config, WEBP_PRESET_PHOTO, kWebpQuality) || !WebPPictureInit(&picture)) throw std::bad_alloc();
        const std::unique_ptr<WebPPicture, decltype(&WebPPictureFree)> freed(&picture, WebPPictureFree);
        config.lossless = lossless_;
        config.exact = 1;
        config.alpha_quality = 100;
        const ImageView& view = image_.view();
        const bool alpha = view.layout.component_count == 4;
        picture.width = view.width;
        picture.height = view.height;
        picture.use_argb = lossless_;
        bool fine = true;
        if (lossless_) {
            const auto import = alpha ? WebPPictureImportRGBA : WebPPictureImportRGB;
            fine = import(&picture, view.data[0], static_cast<int>(view.stride_bytes[0]));
        } else {
            picture.colorspace = alpha ? WEBP_YUV420A : WEBP_YUV420;
            fine = WebPPictureAlloc(&picture);
            if (fine) give_planes(picture, alpha);
        }
        WebPMemoryWriter writer;
        WebPMemoryWriterInit(&writer);
        const std::unique_ptr<WebPMemoryWriter, decltype(&WebPMemoryWriterClear)> cleared(&writer, WebPMemoryWriterClear);
        picture.writer = WebPMemoryWrite;
        picture.custom_ptr = &writer;
        if (!fine || !WebPEncode(&config, &picture)) fail("the result cannot be encoded");
        return Bytes(writer.mem, writer.mem + writer.size);
    }

    void give_planes(const WebPPicture& picture, bool alpha) const {
        ImageView to = image_.view();
        to.data = {picture.y, picture.u, picture.v, alpha ? picture.a : nullptr};
        to.stride_bytes = {picture.y_stride, picture.uv_stride, picture.uv_stride, picture.a_stride};
        copy_samples(image_.view(), to);
    }

    Bytes bytes_;
    std::string name_;
    WebPData as_data_{};
    bool lossless_ = false;
    WebpChunks chunks_;
};

}  // namespace

std::unique_ptr<StillFile> open_webp(Bytes bytes, const Policy& policy) {
    return std::make_unique<WebpFile>(std::move(bytes), policy);
}

}  // namespace invisiblur::still
