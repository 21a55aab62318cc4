#include "still/png_codec.hpp"

#include <png.h>

#include <bit>
#include <cstring>
#include <map>
#include <stdexcept>

#include "still/layouts.hpp"

namespace invisiblur::still {
namespace {

[[noreturn]] void fail(png_structp png, png_const_charp why) {
    throw std::runtime_error(*static_cast<const std::string*>(png_get_error_ptr(png)) + ": not a PNG that can be worked on: " + why);
}

void say_nothing(png_structp, png_const_charp) {}

std::string* error_data(const std::string& name) {
    return const_cast<std::string*>(&name);  // libpng gives it back to fail(), which only reads it
}

/// Bytes that are still to be read.
struct Source {
    ByteView bytes;
};

void read(png_structp png, png_bytep to, std::size_t size) {
    auto& source = *static_cast<Source*>(png_get_io_ptr(png));
    if (size > source.bytes.size()) png_error(png, "it is cut off");
    std::memcpy(to, source.bytes.data(), size);
    source.bytes = source.bytes.subspan(size);
}

void write(png_structp png, png_bytep from, std::size_t size) {
    append(*static_cast<Bytes*>(png_get_io_ptr(png)), {from, size});
}

void flush(png_structp) {}

struct Reading {
    png_structp png;
    png_infop info;

    explicit Reading(const std::string& name) : png(png_create_read_struct(PNG_LIBPNG_VER_STRING, error_data(name), fail, say_nothing)), info(nullptr) {
        if (png) info = png_create_info_struct(png);
        if (!info) throw std::bad_alloc();
    }
    ~Reading() { png_destroy_read_struct(&png, &info, nullptr); }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
};

struct Writing {
    png_structp png;
    png_infop info;

    explicit Writing(const std::string& name)
        : png(png_create_write_struct(PNG_LIBPNG_VER_STRING, error_data(name), fail, say_nothing)), info(nullptr) {
        if (png) info = png_create_info_struct(png);
        if (!info) throw std::bad_alloc();
    }
    ~Writing() { png_destroy_write_struct(&png, &info); }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
};

PngForm form_of(const Reading& r) {
    PngForm form;
    form.width = static_cast<int>(png_get_image_width(r.png, r.info));
    form.height = static_cast<int>(png_get_image_height(r.png, r.info));
    form.bit_depth = png_get_bit_depth(r.png, r.info);
    form.colour_type = png_get_color_type(r.png, r.info);
    form.interlaced = png_get_interlace_type(r.png, r.info) != PNG_INTERLACE_NONE;
    form.keyed = png_get_valid(r.png, r.info, PNG_INFO_tRNS) != 0;
    return form;
}

PixelLayout layout_of(const PngForm& form) {
    const int depth = form.bit_depth == 16 ? 16 : 8;
    const bool alpha = (form.colour_type & PNG_COLOR_MASK_ALPHA) || form.keyed;
    if (form.colour_type == PNG_COLOR_TYPE_GRAY && !alpha) return gray_layout(depth);
    return packed_rgb_layout(depth, alpha);  // gray with alpha, too: three times the same
}

Bytes palette_of(const Reading& r) {
    png_colorp colours = nullptr;
    png_bytep alphas = nullptr;
    int count = 0, alpha_count = 0;
    Bytes palette;
    if (!png_get_PLTE(r.png, r.info, &colours, &count)) return palette;
    png_get_tRNS(r.png, r.info, &alphas, &alpha_count, nullptr);
    for (int i = 0; i < count; ++i) append(palette, Bytes{colours[i].red, colours[i].green, colours[i].blue, i < alpha_count ? alphas[i] : std::uint8_t{255}});
    return palette;
}

std::vector<png_bytep> rows_of(const ImageView& image) {
    std::vector<png_bytep> rows;
    for (int y = 0; y < image.height; ++y) rows.push_back(image.data[0] + y * image.stride_bytes[0]);
    return rows;
}

/// The pixels as places in the palette; empty where one is not in it.
std::vector<Bytes> indexed(const ImageView& image, const Bytes& palette) {
    std::map<std::uint32_t, std::uint8_t> place_of;
    for (std::size_t i = 0; i < palette.size() / 4; ++i) place_of.try_emplace(big_endian(palette, 4 * i, 4), static_cast<std::uint8_t>(i));
    const int step = image.layout.components[0].step_bytes;
    std::vector<Bytes> rows(static_cast<std::size_t>(image.height));
    for (int y = 0; y < image.height; ++y) {
        const std::uint8_t* at = image.data[0] + y * image.stride_bytes[0];
        for (int x = 0; x < image.width; ++x, at += step) {
            const std::uint8_t rgba[4] = {at[0], at[1], at[2], step == 4 ? at[3] : std::uint8_t{255}};
            const auto found = place_of.find(big_endian(rgba, 0, 4));
            if (found == place_of.end()) return {};
            rows[static_cast<std::size_t>(y)].push_back(found->second);
        }
    }
    return rows;
}

void set_palette(const Writing& w, const Bytes& palette) {
    std::vector<png_color> colours;
    Bytes alphas;
    for (std::size_t i = 0; i + 3 < palette.size(); i += 4) {
        colours.push_back({palette[i], palette[i + 1], palette[i + 2]});
        alphas.push_back(palette[i + 3]);
    }
    png_set_PLTE(w.png, w.info, colours.data(), static_cast<int>(colours.size()));
    while (!alphas.empty() && alphas.back() == 255) alphas.pop_back();
    if (!alphas.empty()) png_set_tRNS(w.png, w.info, alphas.data(), static_cast<int>(alphas.size()), nullptr);
}

void write_rows(const Writing& w, const PngForm& form, int bit_depth, int colour_type, std::vector<png_bytep> rows, const Bytes& palette) {
    png_set_IHDR(w.png, w.info, static_cast<png_uint_32>(form.width), static_cast<png_uint_32>(form.height), bit_depth, colour_type,
                 form.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (!palette.empty()) set_palette(w, palette);
    if (form.passing) png_set_compression_level(w.png, 1);
    png_write_info(w.png, w.info);
    if (bit_depth < 8) png_set_packing(w.png);
    if (bit_depth == 16 && std::endian::native == std::endian::little) png_set_swap(w.png);
    png_write_image(w.png, rows.data());
    png_write_end(w.png, w.info);
}

/// RGBA whose first three are alike, as gray and alpha.
std::vector<Bytes> gray_and_alpha(const ImageView& image) {
    const auto bytes = static_cast<std::size_t>(image.layout.bytes_per_sample);
    std::vector<float> luma(static_cast<std::size_t>(image.width) * image.height);
    read_luma(image, image.bounds(), luma.data());
    std::vector<Bytes> rows;
    for (int y = 0; y < image.height; ++y) {
        Bytes row(2 * bytes * static_cast<std::size_t>(image.width));
        for (int x = 0; x < image.width; ++x) {
            const auto gray = static_cast<std::uint16_t>(luma[static_cast<std::size_t>(y) * image.width + x] + 0.5F);
            std::uint8_t* to = &row[2 * bytes * static_cast<std::size_t>(x)];
            if (bytes == 1) *to = static_cast<std::uint8_t>(gray);
            if (bytes == 2) std::memcpy(to, &gray, bytes);
            std::memcpy(to + bytes, image.data[0] + y * image.stride_bytes[0] + (4 * static_cast<std::size_t>(x) + 3) * bytes, bytes);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<png_bytep> addresses(std::vector<Bytes>& rows) {
    std::vector<png_bytep> result;
    for (Bytes& row : rows) result.push_back(row.data());
    return result;
}

}  // namespace

PngPicture decode_png(ByteView bytes, const Policy& policy) {
    Source source{bytes};
    PngPicture picture;
    std::vector<png_bytep> rows;
    const Reading r(policy.name);
    png_set_read_fn(r.png, &source, read);
    png_set_user_limits(r.png, 0x7fffffff, 0x7fffffff);
    png_set_keep_unknown_chunks(r.png, PNG_HANDLE_CHUNK_NEVER, nullptr, 0);
    png_read_info(r.png, r.info);
    picture.form = form_of(r);
    check_pixel_count(picture.form.width, picture.form.height, policy);
    picture.palette = palette_of(r);
    const PixelLayout layout = layout_of(picture.form);
    picture.image = OwnedImage(layout, picture.form.width, picture.form.height);
    png_set_expand(r.png);
    if (layout.rgb) png_set_gray_to_rgb(r.png);
    if (picture.form.bit_depth == 16 && std::endian::native == std::endian::little) png_set_swap(r.png);
    png_set_interlace_handling(r.png);
    png_read_update_info(r.png, r.info);
    rows = rows_of(picture.image.view());
    png_read_image(r.png, rows.data());
    png_read_end(r.png, nullptr);
    return picture;
}

Bytes encode_png(const PngPicture& picture, const std::string& name) {
    Bytes result;
    const ImageView& view = picture.image.view();
    const PngForm& form = picture.form;
    std::vector<Bytes> made;
    const Writing w(name);
    png_set_write_fn(w.png, &result, write, flush);
    const int depth = form.bit_depth == 16 ? 16 : 8;
    if (form.colour_type == PNG_COLOR_TYPE_PALETTE) made = indexed(view, picture.palette);
    if (!made.empty()) {
        write_rows(w, form, form.bit_depth, PNG_COLOR_TYPE_PALETTE, addresses(made), picture.palette);
    } else if (form.colour_type == PNG_COLOR_TYPE_GRAY_ALPHA) {
        made = gray_and_alpha(view);
        write_rows(w, form, depth, PNG_COLOR_TYPE_GRAY_ALPHA, addresses(made), {});
    } else {
        const int components = view.layout.component_count;
        const int type = components == 1 ? PNG_COLOR_TYPE_GRAY : components == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA;
        write_rows(w, form, depth, type, rows_of(view), {});
    }
    return result;
}

}  // namespace invisiblur::still
