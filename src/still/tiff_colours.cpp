#include "still/tiff_colours.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "still/layouts.hpp"

namespace invisiblur::still {
namespace {

using Colours = TiffForm::Colours;
using Numbers = TiffForm::Numbers;

/// Ordered dither (Bayer 1973), each threshold once in 8 x 8 pixels.
float dither_at(int x, int y) {
    int threshold = 0;
    for (int bit = 0; bit < 3; ++bit) {
        const int a = x >> bit & 1, b = y >> bit & 1;
        threshold = threshold << 2 | (a ^ b) << 1 | b;
    }
    return (static_cast<float>(threshold) + 0.5F) / 64;
}

std::uint64_t word_of(const std::uint8_t* sample, int bytes) {
    std::uint64_t word = 0;
    if (bytes == 1) return *sample;
    if (bytes == 2) {
        std::uint16_t value;
        std::memcpy(&value, sample, 2);
        return value;
    }
    if (bytes == 4) {
        std::uint32_t value;
        std::memcpy(&value, sample, 4);
        return value;
    }
    std::memcpy(&word, sample, 8);
    return word;
}

void set_word(std::uint64_t word, int bytes, std::uint8_t* sample) {
    const auto small = static_cast<std::uint16_t>(word);
    const auto middle = static_cast<std::uint32_t>(word);
    if (bytes == 1) *sample = static_cast<std::uint8_t>(word);
    else if (bytes == 2) std::memcpy(sample, &small, 2);
    else if (bytes == 4) std::memcpy(sample, &middle, 4);
    else std::memcpy(sample, &word, 8);
}

double real_of(const std::uint8_t* sample, int depth) {
    float value = 0;
    double wide = 0;
    if (depth == 32) std::memcpy(&value, sample, 4), wide = value;
    else std::memcpy(&wide, sample, 8);
    return std::isfinite(wide) ? wide : 0;
}

void set_real(double value, int depth, std::uint8_t* sample) {
    const auto narrow = static_cast<float>(value);
    if (depth == 32) std::memcpy(sample, &narrow, 4);
    else std::memcpy(sample, &value, 8);
}

/// The power of two that all but one in 200 of the values keep below; coarse, so that a face says as good as nothing about what stands in its place.
double power_above(std::vector<float>& values) {
    if (values.empty()) return 0;
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(values.size() - 1 - values.size() / 200);
    std::nth_element(values.begin(), place, values.end());
    constexpr double kLeast = 1e-30, kMost = 1e30;  // within what a float can be scaled by
    const double value = std::clamp<double>(*place, kLeast, kMost);
    return std::exp2(std::ceil(std::log2(value)));
}

/// Lab of a pixel, each number as PrintColours has it (TIFF 6.0, section 23; Adobe's note 1 to PageMaker 6 for ICC Lab).
std::array<float, 3> lab_of(const std::uint8_t* pixel, Colours colours, int depth) {
    std::array<float, 3> lab{};
    for (std::size_t c = 0; c < 3; ++c) {
        const auto word = static_cast<int>(word_of(pixel + c * static_cast<std::size_t>(depth) / 8, depth / 8));
        const float value = depth == 8 ? static_cast<float>(word) : static_cast<float>(word) / 256;
        const float whole = depth == 8 ? 255.0F : colours == Colours::cie_lab ? 65535.0F / 256 : 255.0F;
        if (c == 0) lab[c] = 100 * value / whole;
        else if (colours == Colours::icc_lab) lab[c] = value - 128;
        else lab[c] = value >= 128 ? value - 256 : value;
    }
    return lab;
}

void set_lab(const std::array<float, 3>& lab, Colours colours, int depth, std::uint8_t* pixel) {
    const float unit = depth == 8 ? 1.0F : 256.0F;
    for (std::size_t c = 0; c < 3; ++c) {
        const float whole = depth == 8 ? 255.0F : colours == Colours::cie_lab ? 65535.0F / 256 : 255.0F;
        const float value = c == 0 ? lab[c] / 100 * whole : colours == Colours::icc_lab ? lab[c] + 128 : lab[c];
        const bool has_sign = c > 0 && colours == Colours::cie_lab;
        const float least = has_sign ? -128 * unit : 0, most = has_sign ? 128 * unit - 1 : 256 * unit - 1;
        const auto word = static_cast<int>(std::lround(std::clamp(value * unit, least, most)));
        set_word(static_cast<std::uint64_t>(static_cast<std::uint16_t>(word)), depth / 8, pixel + c * static_cast<std::size_t>(depth) / 8);
    }
}

}  // namespace

TiffColours::TiffColours(const TiffForm& form, const Bytes& samples) : form_(form) {
    const bool print = form.colours == Colours::cmyk || form.colours == Colours::cie_lab || form.colours == Colours::icc_lab;
    depth_ = form.depth <= 8 ? 8 : 16;
    channels_ = form.colours == Colours::gray && form.extra < 0 ? 1 : form.extra < 0 ? 3 : 4;
    if (form.colours == Colours::cmyk) print_ = PrintColours::cmyk(form.profile);
    else if (print) print_ = PrintColours::lab();
    if (form.numbers_are != Numbers::real) return;
    std::vector<float> above, below;
    const auto bytes = static_cast<std::size_t>(form.sample_bytes());
    for (std::size_t at = 0; at < samples.size(); at += form.pixel_bytes())
        for (std::size_t c = 0; c < static_cast<std::size_t>(form.colour_samples()); ++c) {
            const auto value = static_cast<float>(real_of(samples.data() + at + c * bytes, form.depth));
            if (value > 0) above.push_back(value);
            if (value < 0) below.push_back(-value);
        }
    // A few values below zero are rounding.
    const bool signed_values = below.size() > above.size() / 100;
    high_ = above.empty() ? 0 : power_above(above);
    low_ = signed_values ? -power_above(below) : 0;
    if (high_ <= low_) high_ = low_ + 1;
}

PixelLayout TiffColours::layout() const {
    return channels_ == 1 ? gray_layout(depth_) : packed_rgb_layout(depth_, channels_ == 4);
}

std::uint16_t TiffColours::code_of(const std::uint8_t* sample, bool alpha) const {
    const int bytes = form_.sample_bytes();
    if (form_.numbers_are == Numbers::real) {
        const double low = alpha ? 0 : low_, high = alpha ? 1 : high_;
        return static_cast<std::uint16_t>(std::lround(std::clamp((real_of(sample, form_.depth) - low) / (high - low), 0.0, 1.0) * 65535));
    }
    std::uint64_t word = word_of(sample, bytes);
    const auto most = (std::uint64_t{1} << form_.depth) - 1;
    if (form_.numbers_are == Numbers::with_sign) word ^= std::uint64_t{1} << (form_.depth - 1);
    if (form_.white_is_zero && !alpha) word = most - word;
    if (form_.depth > 16) return static_cast<std::uint16_t>(word >> (form_.depth - 16));
    const std::uint64_t full = depth_ == 8 ? 255 : 65535;
    return static_cast<std::uint16_t>((word * full + most / 2) / most);
}

void TiffColours::set_code(std::uint16_t code, bool alpha, float dither, std::uint8_t* sample) const {
    if (form_.numbers_are == Numbers::real) {
        const double low = alpha ? 0 : low_, high = alpha ? 1 : high_;
        return set_real(low + code / 65535.0 * (high - low), form_.depth, sample);
    }
    const auto most = (std::uint64_t{1} << form_.depth) - 1;
    const std::uint64_t full = depth_ == 8 ? 255 : 65535;
    std::uint64_t word = 0;
    if (form_.depth > 16) word = std::uint64_t{code} << (form_.depth - 16) | code;
    else if (form_.depth < 8) word = std::min(most, static_cast<std::uint64_t>(static_cast<float>(code) * static_cast<float>(most) / 255 + dither));
    else word = (code * most + full / 2) / full;
    if (form_.white_is_zero && !alpha) word = most - word;
    if (form_.numbers_are == Numbers::with_sign) word ^= std::uint64_t{1} << (form_.depth - 1);
    set_word(word, form_.sample_bytes(), sample);
}

void TiffColours::read_plain_row(const Bytes& samples, int y, std::uint16_t* row) const {
    const auto bytes = static_cast<std::size_t>(form_.sample_bytes());
    const std::size_t colours = form_.colours == Colours::gray ? 1 : 3, entries = form_.palette.size() / 3;
    const std::uint8_t* from = samples.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(form_.width) * form_.pixel_bytes();
    for (int x = 0; x < form_.width; ++x, from += form_.pixel_bytes(), row += channels_) {
        for (std::size_t c = 0; c < std::min<std::size_t>(3, static_cast<std::size_t>(channels_)); ++c)
            row[c] = entries > 0 ? static_cast<std::uint16_t>(form_.palette[c * entries + *from] >> 8) : code_of(from + std::min(c, colours - 1) * bytes, false);
        if (channels_ == 4) row[3] = code_of(from + colours * bytes, true);
    }
}

void TiffColours::read_print_row(const Bytes& samples, int y, std::uint16_t* row) const {
    const auto width = static_cast<std::size_t>(form_.width), count = static_cast<std::size_t>(form_.samples), bytes = static_cast<std::size_t>(form_.sample_bytes());
    std::vector<float> colours(width * count), rgb(width * 3);
    const std::uint8_t* from = samples.data() + static_cast<std::size_t>(y) * width * form_.pixel_bytes();
    const float most = static_cast<float>((1 << form_.depth) - 1), full = depth_ == 8 ? 255 : 65535;
    for (std::size_t x = 0; x < width; ++x, from += form_.pixel_bytes()) {
        if (form_.colours != Colours::cmyk) std::ranges::copy(lab_of(from, form_.colours, form_.depth), &colours[3 * x]);
        else
            for (std::size_t c = 0; c < count; ++c) colours[count * x + c] = static_cast<float>(word_of(from + c * bytes, form_.sample_bytes())) / most;
    }
    print_->to_rgb(colours, rgb);
    for (std::size_t i = 0; i < rgb.size(); ++i) row[i] = static_cast<std::uint16_t>(std::lround(rgb[i] * full));
}

void TiffColours::read_row(const Bytes& samples, int y, std::uint16_t* row) const {
    print_ ? read_print_row(samples, y, row) : read_plain_row(samples, y, row);
}

OwnedImage TiffColours::picture(const Bytes& samples) const {
    OwnedImage image(layout(), form_.width, form_.height);
    const ImageView& view = image.view();
    std::vector<std::uint16_t> row(static_cast<std::size_t>(form_.width) * static_cast<std::size_t>(channels_));
    for (int y = 0; y < form_.height; ++y) {
        read_row(samples, y, row.data());
        std::uint8_t* to = view.data[0] + y * view.stride_bytes[0];
        if (depth_ == 16) std::memcpy(to, row.data(), 2 * row.size());
        else std::ranges::transform(row, to, [](std::uint16_t code) { return static_cast<std::uint8_t>(code); });
    }
    return image;
}

std::uint16_t TiffColours::place_in_palette(const std::uint16_t* pixel) const {
    const std::size_t entries = form_.palette.size() / 3;
    std::size_t best = 0;
    int least = std::numeric_limits<int>::max();
    for (std::size_t i = 0; i < entries; ++i) {
        int distance = 0;
        for (std::size_t c = 0; c < 3; ++c) {
            const int difference = (form_.palette[c * entries + i] >> 8) - pixel[c];
            distance += difference * difference;
        }
        if (distance < least) least = distance, best = i;
    }
    return static_cast<std::uint16_t>(best);
}

void TiffColours::write_print_pixel(const std::uint16_t* pixel, std::uint8_t* to) const {
    const float full = depth_ == 8 ? 255 : 65535;
    const std::array<float, 3> rgb{pixel[0] / full, pixel[1] / full, pixel[2] / full};
    if (form_.colours != Colours::cmyk) {
        std::array<float, 3> lab{};
        print_->from_rgb(rgb, lab);
        return set_lab(lab, form_.colours, form_.depth, to);
    }
    std::array<float, 4> inks{};
    print_->from_rgb(rgb, inks);
    const float most = static_cast<float>((1 << form_.depth) - 1);
    for (std::size_t c = 0; c < 4; ++c) set_word(static_cast<std::uint64_t>(std::lround(inks[c] * most)), form_.sample_bytes(), to + c * static_cast<std::size_t>(form_.sample_bytes()));
}

void TiffColours::write_pixel(const std::uint16_t* pixel, int x, int y, std::uint8_t* to) const {
    if (print_) return write_print_pixel(pixel, to);
    if (form_.colours == Colours::palette) return set_word(place_in_palette(pixel), 1, to);
    const auto bytes = static_cast<std::size_t>(form_.sample_bytes());
    const std::size_t colours = form_.colours == Colours::gray ? 1 : 3;
    for (std::size_t c = 0; c < colours; ++c) set_code(pixel[c], false, dither_at(x, y), to + c * bytes);
    if (channels_ == 4) set_code(pixel[3], true, 0.5F, to + colours * bytes);
}

void TiffColours::put_changes(const ImageView& picture, std::span<const Rect> hidden, Bytes& samples) const {
    const auto channels = static_cast<std::size_t>(channels_), width = static_cast<std::size_t>(form_.width);
    std::vector<std::uint16_t> before(width * channels), after(before.size());
    std::vector<std::uint8_t> all(width);
    for (int y = 0; y < form_.height; ++y) {
        std::ranges::fill(all, std::uint8_t{0});
        for (const Rect& rect : hidden)
            if (y >= rect.y0 && y < rect.y1)
                for (int x = std::max(0, rect.x0); x < std::min(form_.width, rect.x1); ++x) all[static_cast<std::size_t>(x)] = 1;
        read_row(samples, y, before.data());
        const std::uint8_t* from = picture.data[0] + y * picture.stride_bytes[0];
        if (depth_ == 16) std::memcpy(after.data(), from, 2 * after.size());
        else std::copy_n(from, after.size(), after.begin());
        std::uint8_t* to = samples.data() + static_cast<std::size_t>(y) * width * form_.pixel_bytes();
        for (std::size_t x = 0; x < width; ++x, to += form_.pixel_bytes())
            if (all[x] || !std::equal(&after[x * channels], &after[x * channels] + channels, &before[x * channels])) write_pixel(&after[x * channels], static_cast<int>(x), y, to);
    }
}

}  // namespace invisiblur::still
