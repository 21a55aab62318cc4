#include "still/heif_codec.hpp"

#include <cstring>

#include "still/layouts.hpp"

namespace invisiblur::still {
namespace {

/// From this quality on, the picture outside the faces looks like the source (libheif's scale to 100).
constexpr int kQuality = 90;

constexpr heif_channel kChannels[4] = {heif_channel_Y, heif_channel_Cb, heif_channel_Cr, heif_channel_Alpha};
constexpr heif_channel kColours[3] = {heif_channel_G, heif_channel_B, heif_channel_R};

void set_weights(PixelLayout& layout, heif_matrix_coefficients matrix) {
    if (matrix == heif_matrix_coefficients_ITU_R_BT_709_5) layout.kr = 0.2126F, layout.kb = 0.0722F;
    if (matrix == heif_matrix_coefficients_ITU_R_BT_2020_2_non_constant_luminance) layout.kr = 0.2627F, layout.kb = 0.0593F;
}

HeifProfilePtr colours_of(const heif_image& image, const heif_image_handle& handle) {
    heif_color_profile_nclx* raw = nullptr;
    // libheif may give a profile together with an error, and it is ours then, too
    const bool told = heif_image_handle_get_nclx_color_profile(&handle, &raw).code == heif_error_Ok;
    HeifProfilePtr profile(raw);
    if (told && profile) return profile;
    raw = nullptr;
    const bool coded = heif_image_get_nclx_color_profile(&image, &raw).code == heif_error_Ok;
    profile.reset(raw);
    return coded ? std::move(profile) : nullptr;
}

/// Whether the planes are green, blue and red. libheif would make YCbCr of them when asked for it.
bool is_rgb(const heif_image_handle& handle) {
    heif_color_profile_nclx* raw = nullptr;
    const bool told = heif_image_handle_get_nclx_color_profile(&handle, &raw).code == heif_error_Ok;
    const HeifProfilePtr profile(raw);
    return told && profile && profile->matrix_coefficients == heif_matrix_coefficients_RGB_GBR;
}

HeifForm form_of(const heif_image& image, const heif_image_handle& handle, heif_compression_format codec, const std::string& name) {
    HeifForm form;
    form.codec = codec;
    form.colorspace = heif_image_get_colorspace(&image);
    form.chroma = heif_image_get_chroma_format(&image);
    form.rgb = form.colorspace == heif_colorspace_RGB;
    form.depth = heif_image_get_bits_per_pixel_range(&image, form.rgb ? heif_channel_G : heif_channel_Y);
    form.colours = colours_of(image, handle);
    if (form.rgb && form.colours) form.colours->full_range_flag = 1;  // libheif has made it so
    const bool known = form.colorspace == heif_colorspace_monochrome || (form.rgb && form.chroma == heif_chroma_444 && codec == heif_compression_AV1) ||
                       (form.colorspace == heif_colorspace_YCbCr &&
                        (form.chroma == heif_chroma_420 || form.chroma == heif_chroma_422 || form.chroma == heif_chroma_444));
    if (!known || form.depth < 8) throw std::runtime_error(name + ": a HEIF picture of this form cannot be worked on: convert it to PNG first");
    form.icc_type = heif_image_handle_get_color_profile_type(&handle);
    form.icc.resize(heif_image_handle_get_raw_color_profile_size(&handle));
    if (form.icc_type == heif_color_profile_type_nclx) form.icc.clear();
    if (!form.icc.empty()) check_heif(heif_image_handle_get_raw_color_profile(&handle, form.icc.data()), name, "its colour profile cannot be read");
    return form;
}

PixelLayout layout_of(const HeifForm& form, bool alpha, const std::string& name) {
    const bool full = !form.colours || form.colours->full_range_flag;
    if (form.colorspace == heif_colorspace_monochrome) {
        if (alpha) throw std::runtime_error(name + ": a gray HEIF picture with transparency cannot be worked on: convert it to PNG first");
        PixelLayout layout = gray_layout(form.depth);
        layout.full_range = full;
        return layout;
    }
    if (form.rgb) {
        if (alpha) throw std::runtime_error(name + ": an RGB HEIF picture with transparency cannot be worked on: convert it to PNG first");
        return planar_rgb_layout(form.depth);
    }
    const int across = form.chroma == heif_chroma_444 ? 0 : 1, down = form.chroma == heif_chroma_420 ? 1 : 0;
    PixelLayout layout = planar_yuv_layout(form.depth, across, down, full, alpha);
    if (form.colours) set_weights(layout, form.colours->matrix_coefficients);
    return layout;
}

/// A view of libheif's planes in the same layout.
ImageView planes_of(heif_image& image, const PixelLayout& layout, int width, int height) {
    ImageView view{layout, width, height, {}, {}};
    for (int p = 0; p < layout.plane_count; ++p) {
        int stride = 0;
        view.data[p] = heif_image_get_plane(&image, layout.rgb ? kColours[p] : kChannels[p], &stride);
        view.stride_bytes[p] = stride;
        if (!view.data[p]) throw std::runtime_error("libheif gave a picture without one of its planes");
    }
    return view;
}

HeifImagePtr make_image(const HeifPicture& picture, const std::string& name) {
    const ImageView& view = picture.image.view();
    const HeifForm& form = picture.form;
    heif_image* raw = nullptr;
    check_heif(heif_image_create(view.width, view.height, form.colorspace, form.chroma, &raw), name, "the result cannot be made");
    HeifImagePtr image(raw);
    for (int p = 0; p < view.layout.plane_count; ++p) {
        const bool chroma = p == 1 || p == 2;
        const int width = chroma ? -(-view.width >> view.layout.log2_chroma_width) : view.width;
        const int height = chroma ? -(-view.height >> view.layout.log2_chroma_height) : view.height;
        check_heif(heif_image_add_plane(raw, kChannels[p], width, height, form.depth), name, "the result cannot be made");
    }
    copy_samples(view, planes_of(*raw, view.layout, view.width, view.height));
    if (form.colours) check_heif(heif_image_set_nclx_color_profile(raw, form.colours.get()), name, "the result cannot be tagged");
    const char* type = form.icc_type == heif_color_profile_type_rICC ? "rICC" : "prof";
    if (!form.icc.empty()) check_heif(heif_image_set_raw_color_profile(raw, type, form.icc.data(), form.icc.size()), name, "the result cannot be tagged");
    return image;
}

HeifEncoderPtr make_encoder(heif_context& context, const HeifForm& form, const std::string& name) {
    heif_encoder* raw = nullptr;
    const bool avif = form.codec == heif_compression_AV1;
    // From 1.16 on Debian has each encoder in a package of its own.
    if (heif_context_get_encoder_for_format(&context, form.codec, &raw).code != heif_error_Ok)
        throw std::runtime_error(name + ": this libheif has no encoder for " + (avif ? "AVIF" : "HEIC") + ": install its plugin (Debian's libheif-plugin-" +
                                 (avif ? "aomenc" : "x265") + ") or convert the picture to JPEG or PNG first");
    HeifEncoderPtr encoder(raw);
    check_heif(heif_encoder_set_lossy_quality(raw, kQuality), name, "the encoder cannot be set up");
    const char* chroma = form.chroma == heif_chroma_444 ? "444" : form.chroma == heif_chroma_422 ? "422" : "420";
    if (form.colorspace == heif_colorspace_YCbCr) check_heif(heif_encoder_set_parameter_string(raw, "chroma", chroma), name, "the encoder cannot be set up");
    return encoder;
}

}  // namespace

HeifPicture decode_heif(const heif_image_handle& handle, const HeifCoding& coding, const Policy& policy) {
    const HeifDecodingPtr options(heif_decoding_options_alloc());
    options->strict_decoding = 1;
    heif_image* raw = nullptr;
    const bool rgb = is_rgb(handle);
    const auto colorspace = rgb ? heif_colorspace_RGB : coding.chroma == heif_chroma_monochrome ? heif_colorspace_monochrome : heif_colorspace_YCbCr;
    check_heif(heif_decode_image(&handle, &raw, colorspace, rgb ? heif_chroma_444 : coding.chroma, options.get()), policy.name, "its picture cannot be decoded");
    const HeifImagePtr image(raw);
    HeifPicture picture{form_of(*image, handle, coding.codec, policy.name), {}};
    const bool alpha = heif_image_has_channel(raw, heif_channel_Alpha) != 0;
    if (alpha && heif_image_get_bits_per_pixel_range(raw, heif_channel_Alpha) != picture.form.depth)
        throw std::runtime_error(policy.name + ": transparency of another depth than the picture's cannot be worked on: convert it to PNG first");
    const PixelLayout layout = layout_of(picture.form, alpha, policy.name);
    const heif_channel first = picture.form.rgb ? heif_channel_G : heif_channel_Y;
    const int width = heif_image_get_width(raw, first), height = heif_image_get_height(raw, first);
    picture.image = OwnedImage(layout, width, height);
    copy_samples(planes_of(*raw, layout, width, height), picture.image.view());
    return picture;
}

HeifHandlePtr encode_heif(heif_context& context, const HeifPicture& picture, const std::string& name) {
    const HeifImagePtr image = make_image(picture, name);
    const HeifEncoderPtr encoder = make_encoder(context, picture.form, name);
    const HeifEncodingPtr options(heif_encoding_options_alloc());
    options->macOS_compatibility_workaround = 0;
    options->macOS_compatibility_workaround_no_nclx_profile = 0;
    options->save_two_colr_boxes_when_ICC_and_nclx_available = 1;
    options->output_nclx_profile = picture.form.colours.get();
    heif_image_handle* raw = nullptr;
    check_heif(heif_context_encode_image(&context, image.get(), encoder.get(), options.get(), &raw), name, "the result cannot be encoded");
    return HeifHandlePtr(raw);
}

}  // namespace invisiblur::still
