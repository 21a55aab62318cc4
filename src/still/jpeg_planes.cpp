#include "still/jpeg_planes.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "still/layouts.hpp"

namespace invisiblur::still {
namespace {

/// log2 of a ratio of sampling factors; -1 where it is none of 1, 2, 4.
int log2_ratio(int most, int own) {
    for (int log2 = 0; log2 <= 2; ++log2)
        if (own << log2 == most) return log2;
    return -1;
}

/// One row of blocks of all components, with room up to the last block's end.
class BlockRows {
public:
    template <class Info>
    explicit BlockRows(const Info& info) : pixels_(static_cast<std::size_t>(info.num_components)), rows_(pixels_.size()), planes_(pixels_.size()) {
        for (std::size_t c = 0; c < pixels_.size(); ++c) {
            const jpeg_component_info& k = info.comp_info[c];
            const std::size_t lines = static_cast<std::size_t>(k.v_samp_factor) * DCTSIZE;
            // Whole units of all components: libjpeg reads and writes them even where the last one of this component is no more in the picture.
            const std::size_t units = (info.image_width + info.max_h_samp_factor * DCTSIZE - 1) / (info.max_h_samp_factor * DCTSIZE);
            const std::size_t width = units * static_cast<std::size_t>(k.h_samp_factor) * DCTSIZE;
            pixels_[c].resize(lines * width);
            for (std::size_t y = 0; y < lines; ++y) rows_[c].push_back(pixels_[c].data() + y * width);
            planes_[c] = rows_[c].data();
            widths_.push_back(width);
        }
    }

    JSAMPIMAGE planes() { return planes_.data(); }
    JSAMPROW row(std::size_t c, int y) { return rows_[c][static_cast<std::size_t>(y)]; }
    int lines(std::size_t c) const { return static_cast<int>(rows_[c].size()); }
    std::size_t width(std::size_t c) const { return widths_[c]; }

private:
    std::vector<Bytes> pixels_;
    std::vector<std::vector<JSAMPROW>> rows_;
    std::vector<JSAMPARRAY> planes_;
    std::vector<std::size_t> widths_;
};

void take_rows(BlockRows& rows, const ImageView& image, int unit) {
    for (int c = 0; c < image.layout.component_count; ++c) {
        const ComponentView<std::uint8_t> to = component<std::uint8_t>(image, c);
        const int lines = rows.lines(static_cast<std::size_t>(c));
        for (int y = 0; y < lines && unit * lines + y < to.height; ++y)
            std::memcpy(to.at(0, unit * lines + y), rows.row(static_cast<std::size_t>(c), y), static_cast<std::size_t>(to.width));
    }
}

void give_rows(BlockRows& rows, const ImageView& image, int unit) {
    for (int c = 0; c < image.layout.component_count; ++c) {
        const ComponentView<std::uint8_t> from = component<std::uint8_t>(image, c);
        const auto index = static_cast<std::size_t>(c);
        const int lines = rows.lines(index);
        for (int y = 0; y < lines; ++y) {
            JSAMPROW row = rows.row(index, y);
            std::memcpy(row, from.at(0, std::min(unit * lines + y, from.height - 1)), static_cast<std::size_t>(from.width));
            std::memset(row + from.width, row[from.width - 1], rows.width(index) - static_cast<std::size_t>(from.width));
        }
    }
}

/// libjpeg divides by these, and ends the whole program at a zero.
void check_tables(const jpeg_compress_struct& encoder, const std::string& name) {
    for (const JQUANT_TBL* table : encoder.quant_tbl_ptrs)
        if (table && std::ranges::count(table->quantval, 0) > 0) throw std::runtime_error(name + ": the JPEG is damaged: a table of its quantisers holds a zero");
}

}  // namespace

PixelLayout jpeg_layout(JpegReader& jpeg, const std::string& name) {
    if (jpeg->jpeg_color_space == JCS_GRAYSCALE && jpeg->num_components == 1) return gray_layout(8);
    const bool inks = jpeg->num_components == 4 && (jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK);
    const bool colours = jpeg->num_components == 3 && (jpeg->jpeg_color_space == JCS_YCbCr || jpeg->jpeg_color_space == JCS_RGB);
    if (!inks && !colours) throw std::runtime_error(name + ": a JPEG in this rare colour space cannot be worked on: convert it to RGB first");
    const jpeg_component_info* k = jpeg->comp_info;
    const int across = log2_ratio(k[0].h_samp_factor, k[1].h_samp_factor), down = log2_ratio(k[0].v_samp_factor, k[1].v_samp_factor);
    const bool black = !inks || (k[3].h_samp_factor == k[0].h_samp_factor && k[3].v_samp_factor == k[0].v_samp_factor);
    const bool alike = k[1].h_samp_factor == k[2].h_samp_factor && k[1].v_samp_factor == k[2].v_samp_factor && black;
    if (!alike || across < 0 || down < 0) throw std::runtime_error(name + ": a JPEG with this rare subsampling cannot be worked on: convert it first");
    if (jpeg->jpeg_color_space == JCS_YCbCr || jpeg->jpeg_color_space == JCS_YCCK) return planar_yuv_layout(8, across, down, true, inks);
    if (across + down > 0) throw std::runtime_error(name + ": an RGB or CMYK JPEG with subsampling cannot be worked on: convert it first");
    return inks ? planar_yuv_layout(8, 0, 0, true, true) : planar_rgb_layout();
}

OwnedImage read_planes(JpegReader& jpeg, const PixelLayout& layout) {
    OwnedImage image(layout, static_cast<int>(jpeg->image_width), static_cast<int>(jpeg->image_height));
    jpeg->raw_data_out = TRUE;
    jpeg->out_color_space = jpeg->jpeg_color_space;
    jpeg->do_block_smoothing = FALSE;
    jpeg->do_fancy_upsampling = FALSE;
    jpeg_start_decompress(jpeg.get());
    BlockRows rows(*jpeg.get());
    const int lines = jpeg->max_v_samp_factor * DCTSIZE;
    for (int unit = 0; jpeg->output_scanline < jpeg->output_height; ++unit) {
        jpeg_read_raw_data(jpeg.get(), rows.planes(), static_cast<JDIMENSION>(lines));
        take_rows(rows, image.view(), unit);
    }
    jpeg_finish_decompress(jpeg.get());
    return image;
}

Bytes encode_planes(const ImageView& image, JpegReader& like, const std::string& name) {
    JpegWriter encoder(name);
    jpeg_copy_critical_parameters(like.get(), encoder.get());
    check_tables(*encoder.get(), name);
    encoder->raw_data_in = TRUE;
    encoder->dct_method = JDCT_ISLOW;
    jpeg_start_compress(encoder.get(), TRUE);
    BlockRows rows(*encoder.get());
    const int lines = encoder->max_v_samp_factor * DCTSIZE;
    for (int unit = 0; encoder->next_scanline < encoder->image_height; ++unit) {
        give_rows(rows, image, unit);
        jpeg_write_raw_data(encoder.get(), rows.planes(), static_cast<JDIMENSION>(lines));
    }
    jpeg_finish_compress(encoder.get());
    return encoder.bytes();
}

}  // namespace invisiblur::still
