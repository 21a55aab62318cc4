#include "still/avif_codec.hpp"

#include <avif/avif.h>

#include <memory>
#include <stdexcept>

#include "still/layouts.hpp"

namespace invisiblur::still {
namespace {

struct Destroy {
    void operator()(avifImage* image) const noexcept { avifImageDestroy(image); }
    void operator()(avifEncoder* encoder) const noexcept { avifEncoderDestroy(encoder); }
};
using ImagePtr = std::unique_ptr<avifImage, Destroy>;
using EncoderPtr = std::unique_ptr<avifEncoder, Destroy>;

/// AV1's quantizer of 0 to 63: what libheif takes for the quality of 90 that other HEIF pictures get.
constexpr int kQuantizer = 6;
/// libavif's own middle way; slower ones gain a few percent.
constexpr int kSpeed = 6;

void require(avifResult result, const std::string& name) {
    if (result != AVIF_RESULT_OK) throw std::runtime_error(name + ": the result cannot be encoded: " + avifResultToString(result));
}

avifPixelFormat format_of(const HeifForm& form) {
    if (form.colorspace == heif_colorspace_monochrome) return AVIF_PIXEL_FORMAT_YUV400;
    if (form.chroma == heif_chroma_444) return AVIF_PIXEL_FORMAT_YUV444;
    return form.chroma == heif_chroma_422 ? AVIF_PIXEL_FORMAT_YUV422 : AVIF_PIXEL_FORMAT_YUV420;
}

void describe(avifImage& image, const HeifForm& form) {
    image.yuvRange = !form.colours || form.colours->full_range_flag ? AVIF_RANGE_FULL : AVIF_RANGE_LIMITED;
    if (form.colours) {
        image.colorPrimaries = static_cast<avifColorPrimaries>(form.colours->color_primaries);
        image.transferCharacteristics = static_cast<avifTransferCharacteristics>(form.colours->transfer_characteristics);
        image.matrixCoefficients = static_cast<avifMatrixCoefficients>(form.colours->matrix_coefficients);
    }
    if (!form.icc.empty()) static_cast<void>(avifImageSetProfileICC(&image, form.icc.data(), form.icc.size()));
}

void fill(const HeifPicture& picture, avifImage& image, const std::string& name) {
    const ImageView& from = picture.image.view();
    const bool alpha = from.layout.plane_count == 4;
    require(avifImageAllocatePlanes(&image, alpha ? AVIF_PLANES_YUV | AVIF_PLANES_A : AVIF_PLANES_YUV), name);
    ImageView to = from;
    to.data = {image.yuvPlanes[0], image.yuvPlanes[1], image.yuvPlanes[2], image.alphaPlane};
    to.stride_bytes = {image.yuvRowBytes[0], image.yuvRowBytes[1], image.yuvRowBytes[2], image.alphaRowBytes};
    copy_samples(from, to);
}

}  // namespace

Bytes encode_avif(const HeifPicture& picture, const Bytes& exif, const Bytes& xmp, const std::string& name) {
    const ImageView& view = picture.image.view();
    const ImagePtr image(avifImageCreate(static_cast<std::uint32_t>(view.width), static_cast<std::uint32_t>(view.height), static_cast<std::uint32_t>(picture.form.depth), format_of(picture.form)));
    const EncoderPtr encoder(avifEncoderCreate());
    if (!image || !encoder) throw std::bad_alloc();
    describe(*image, picture.form);
    fill(picture, *image, name);
    if (!exif.empty()) static_cast<void>(avifImageSetMetadataExif(image.get(), exif.data(), exif.size()));
    if (!xmp.empty()) static_cast<void>(avifImageSetMetadataXMP(image.get(), xmp.data(), xmp.size()));
    encoder->minQuantizer = encoder->maxQuantizer = kQuantizer;
    encoder->minQuantizerAlpha = encoder->maxQuantizerAlpha = AVIF_QUANTIZER_LOSSLESS;
    encoder->speed = kSpeed;
    avifRWData made{};
    const std::unique_ptr<avifRWData, decltype(&avifRWDataFree)> freed(&made, avifRWDataFree);
    require(avifEncoderWrite(encoder.get(), image.get(), &made), name);
    return Bytes(made.data, made.data + made.size);
}

}  // namespace invisiblur::still
