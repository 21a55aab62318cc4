#include "still/tiff_colours.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "still/hidden_rows.hpp"
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

/// What L* of 100 is, in units of a byte: of 16 bits ICC's version 2 counts to 0xFF00.
float whole_of(const TiffForm& form) {
    return form.depth == 16 && form.colours == Colours::cie_lab ? 65535.0F / 256 : 255.0F;
}

/// Lab of a pixel, each number as PrintColours has it (TIFF 6.0, section 23; Adobe's note 1 to PageMaker 6 for ICC Lab; floats are as they are).
std::array<float, 3> lab_of(const std::uint8_t* pixel, const TiffForm& form) {
    std::array<float, 3> lab{};
    for (std::size_t c = 0; c < 3; ++c) {
        const std::uint8_t* sample = pixel + c * static_cast<std::size_t>(form.sample_bytes());
        if (form.numbers_are == Numbers::real) {
            lab[c] = static_cast<float>(real_of(sample, form.depth));
            continue;
        }
        const auto word = static_cast<float>(word_of(sample, form.depth / 8));
        const float value = form.depth == 8 ? word : word / 256;
        if (c == 0) lab[c] = 100 * value / whole_of(form);
        else if (form.colours == Colours::icc_lab) lab[c] = value - 128;
        else lab[c] = value >= 128 ? value - 256 : value;
    }
    return lab;
}

void set_lab(const std::array<float, 3>& lab, const TiffForm& form, std::uint8_t* pixel) {
    const float unit = form.depth == 8 ? 1.0F : 256.0F;
    for (std::size_t c = 0; c < 3; ++c) {
        std::uint8_t* sample = pixel + c * static_cast<std::size_t>(form.sample_bytes());
        if (form.numbers_are == Numbers::real) {
            set_real(lab[c], form.depth, sample);
            continue;
        }
        const float value = c == 0 ? lab[c] / 100 * whole_of(form) : form.colours == Colours::icc_lab ? lab[c] + 128 : lab[c];
        const bool has_sign = c > 0 && form.colours == Colours::cie_lab;
        const float least = has_sign ? -128 * unit : 0, most = has_sign ? 128 * unit - 1 : 256 * unit - 1;
        const auto word = static_cast<int>(std::lround(std::clamp(value * unit, least, most)));
        set_word(static_cast<std::uint64_t>(static_cast<std::uint16_t>(word)), form.depth / 8, sample);
    }
}

}  // namespace

TiffColours::TiffColours(const TiffForm& form, const Bytes& samples) : form_(form) {
    const bool print = form.colours == Colours::cmyk || form.colours == Colours::cie_lab || form.colours == Colours::icc_lab;
    depth_ = form.depth <= 8 ? 8 : 16;
    const bool alpha = !form.extras.empty() && (form.colours == Colours::gray || form.colours == Colours::rgb);
    channels_ = alpha ? 4 : form.colours == Colours::gray ? 1 : 3;
    if (form.colours == Colours::cmyk) print_ = PrintColours::cmyk(form.profile);
    else if (print) print_ = PrintColours::lab();
    most_ = form.numbers_are == Numbers::real ? 1 : std::exp2(form.depth) - 1;
    high_ = most_;
    const bool plain = form.depth <= 8 && form.numbers_are == Numbers::whole;
    if (!print && !plain) find_range(samples);
}

/// The range of the values that are there: 12 bits in words of 16, or a float's hundreds, would else be black or white to a detector.
void TiffColours::find_range(const Bytes& samples) {
    constexpr std::size_t kMostPixels = 1 << 20;
    const std::size_t bytes = static_cast<std::size_t>(form_.sample_bytes()), pixels = samples.size() / form_.pixel_bytes(), step = pixels / kMostPixels + 1;
    const bool real = form_.numbers_are == Numbers::real;
    std::vector<float> above, below;
    for (std::size_t i = 0; i < pixels; i += step)
        for (std::size_t c = 0; c < static_cast<std::size_t>(form_.colour_samples()); ++c) {
            const auto value = static_cast<float>(value_of(samples.data() + i * form_.pixel_bytes() + c * bytes, false));
            if (value > 0) above.push_back(real ? value : value + 1);  // a byte's 255 is within 256
            if (value < 0) below.push_back(-value);
        }
    // A few values below zero are rounding.
    low_ = below.size() > above.size() / 100 ? -power_above(below) : 0;
    high_ = power_above(above);
    if (!real) high_ = std::min(std::max(high_, 256.0), form_.numbers_are == Numbers::with_sign ? std::exp2(form_.depth - 1) : most_ + 1) - 1;
    if (!real) low_ = std::max(low_, -std::exp2(form_.depth - 1));
    // Up to half of the range, it is just a dark picture.
    if (form_.numbers_are == Numbers::whole && high_ >= most_ / 4) high_ = most_;
    if (high_ <= low_) high_ = low_ + 1;
}

/// A sample as a number, white at the upper end.
double TiffColours::value_of(const std::uint8_t* sample, bool alpha) const {
    if (form_.numbers_are == Numbers::real) return real_of(sample, form_.depth);
    const auto word = static_cast<double>(word_of(sample, form_.sample_bytes()));
    if (form_.numbers_are == Numbers::with_sign) return word > most_ / 2 ? word - most_ - 1 : word;
    return form_.white_is_zero && !alpha ? most_ - word : word;
}

PixelLayout TiffColours::layout() const {
    return channels_ == 1 ? gray_layout(depth_) : packed_rgb_layout(depth_, channels_ == 4);
}

std::uint16_t TiffColours::code_of(const std::uint8_t* sample, bool alpha) const {
    const double low = alpha ? 0 : low_, high = alpha ? most_ : high_, full = depth_ == 8 ? 255 : 65535;
    return static_cast<std::uint16_t>(std::clamp((value_of(sample, alpha) - low) / (high - low), 0.0, 1.0) * full + 0.5);
}

void TiffColours::set_code(std::uint16_t code, bool alpha, float dither, std::uint8_t* sample) const {
    const double low = alpha ? 0 : low_, high = alpha ? most_ : high_, full = depth_ == 8 ? 255 : 65535;
    double value = low + code / full * (high - low);
    if (form_.numbers_are == Numbers::real) return set_real(value, form_.depth, sample);
    value = std::floor(value + (form_.depth < 8 ? dither : 0.5F));
    if (form_.numbers_are == Numbers::whole) value = std::clamp(value, 0.0, most_);
    if (form_.white_is_zero && !alpha) value = most_ - value;
    set_word(static_cast<std::uint64_t>(static_cast<std::int64_t>(value)), form_.sample_bytes(), sample);
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
    const auto width = static_cast<std::size_t>(form_.width), count = static_cast<std::size_t>(form_.colour_samples()), bytes = static_cast<std::size_t>(form_.sample_bytes());
    std::vector<float> colours(width * count), rgb(width * 3);
    const std::uint8_t* from = samples.data() + static_cast<std::size_t>(y) * width * form_.pixel_bytes();
    const float most = static_cast<float>((1 << form_.depth) - 1), full = depth_ == 8 ? 255 : 65535;
    for (std::size_t x = 0; x < width; ++x, from += form_.pixel_bytes()) {
        if (form_.colours != Colours::cmyk) std::ranges::copy(lab_of(from, form_), &colours[3 * x]);
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
        return set_lab(lab, form_, to);
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

/// They would show the face's outline, if not itself. Where a whole row changed they are 0.
void TiffColours::bridge_further(std::span<const std::uint8_t> changed, std::uint8_t* row) const {
    const auto bytes = static_cast<std::size_t>(form_.sample_bytes());
    const std::size_t first = static_cast<std::size_t>(form_.colour_samples()) + (channels_ == 4 ? 1 : 0), width = changed.size();
    for (std::size_t c = first; c < static_cast<std::size_t>(form_.samples); ++c) {
        const auto at = [&](std::size_t x) { return row + x * form_.pixel_bytes() + c * bytes; };
        for (std::size_t x = 0; x < width; ++x) {
            if (!changed[x]) continue;
            std::size_t end = x;
            while (end < width && changed[end]) ++end;
            const double right = end < width ? value_of(at(end), true) : x > 0 ? value_of(at(x - 1), true) : 0, left = x > 0 ? value_of(at(x - 1), true) : right;
            const double step = (right - left) / static_cast<double>(end - x + 1);
            for (std::size_t i = x; i < end; ++i) {
                const double value = left + step * static_cast<double>(i - x + 1);
                if (form_.numbers_are == Numbers::real) set_real(value, form_.depth, at(i));
                else set_word(static_cast<std::uint64_t>(std::llround(value)), static_cast<int>(bytes), at(i));
            }
            x = end;
        }
    }
}

void TiffColours::put_changes(const ImageView& picture, std::span<const Rect> hidden, Bytes& samples) const {
    const auto channels = static_cast<std::size_t>(channels_), width = static_cast<std::size_t>(form_.width);
    std::vector<std::uint16_t> before(width * channels), after(before.size());
    std::vector<std::uint8_t> all(width);
    for (int y = 0; y < form_.height; ++y) {
        mark_hidden(hidden, y, all);
        read_row(samples, y, before.data());
        const std::uint8_t* from = picture.data[0] + y * picture.stride_bytes[0];
        if (depth_ == 16) std::memcpy(after.data(), from, 2 * after.size());
        else std::copy_n(from, after.size(), after.begin());
        std::uint8_t* const to = samples.data() + static_cast<std::size_t>(y) * width * form_.pixel_bytes();
        for (std::size_t x = 0; x < width; ++x) {
            all[x] |= !std::equal(&after[x * channels], &after[x * channels] + channels, &before[x * channels]);
            if (all[x]) write_pixel(&after[x * channels], static_cast<int>(x), y, to + x * form_.pixel_bytes());
        }
        bridge_further(all, to);
    }
}

}  // namespace invisiblur::still
