#include "still/png_animation.hpp"

#include <array>
#include <cstring>
#include <optional>
#include <stdexcept>

#include "still/layouts.hpp"
#include "still/png_chunks.hpp"
#include "still/png_codec.hpp"

namespace invisiblur::still {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1A\n", 8);
constexpr int kGray = 0, kRgb = 2, kRgba = 6;
constexpr std::size_t kHeaderBytes = 13, kControlBytes = 26;

/// A frame's chunk fcTL.
struct FrameControl {
    int width = 0, height = 0, left = 0, top = 0;
    PngDelay delay;
    enum Dispose { none, background, previous } dispose = none;
    bool blended = false;  ///< over what is there
};

FrameControl control_of(ByteView content, const std::string& name) {
    if (content.size() != kControlBytes) throw std::runtime_error(name + ": the animation is damaged");
    const auto number = [&](std::size_t at, int bytes) { return big_endian(content, at, bytes); };
    FrameControl control;
    for (const std::size_t at : {4, 8, 12, 16})
        if (number(at, 4) > 0x7fffffff) throw std::runtime_error(name + ": the animation is damaged");
    control.width = static_cast<int>(number(4, 4)), control.height = static_cast<int>(number(8, 4));
    control.left = static_cast<int>(number(12, 4)), control.top = static_cast<int>(number(16, 4));
    const std::uint32_t denominator = number(22, 2);
    control.delay = {static_cast<std::uint16_t>(number(20, 2)), static_cast<std::uint16_t>(denominator ? denominator : 100)};
    control.dispose = content[24] == 1 ? FrameControl::background : content[24] == 2 ? FrameControl::previous : FrameControl::none;
    control.blended = content[25] == 1;
    return control;
}

/// All frames on one canvas of RGBA with 16 bits.
class Canvas {
public:
    Canvas(int width, int height) : image_(packed_rgb_layout(16, true), width, height) {}

    const ImageView& view() const { return image_.view(); }

    void draw(const ImageView& frame, const FrameControl& control) {
        for (int y = 0; y < frame.height; ++y)
            for (int x = 0; x < frame.width; ++x) {
                std::uint16_t* to = pixel(control.left + x, control.top + y);
                const std::array<std::uint16_t, 4> from = rgba_of(frame, x, y);
                if (control.blended) blend(from, to);
                else std::ranges::copy(from, to);
            }
    }

    void clear(const FrameControl& area) {
        for (int y = 0; y < area.height; ++y) std::fill_n(pixel(area.left, area.top + y), 4 * area.width, std::uint16_t{0});
    }

    void restore(const OwnedImage& before) { copy_samples(before.view(), image_.view()); }

private:
    std::uint16_t* pixel(int x, int y) const { return reinterpret_cast<std::uint16_t*>(view().data[0] + y * view().stride_bytes[0]) + 4 * static_cast<std::ptrdiff_t>(x); }

    static std::array<std::uint16_t, 4> rgba_of(const ImageView& frame, int x, int y) {
        std::array<std::uint16_t, 4> value{0, 0, 0, 0xFFFF};
        const int count = frame.layout.component_count;
        for (int c = 0; c < 4; ++c) {
            if (c == 3 && count < 4) break;
            const Component& k = frame.layout.components[count == 1 ? 0 : c];
            const std::uint8_t* at = frame.data[0] + y * frame.stride_bytes[0] + static_cast<std::ptrdiff_t>(x) * k.step_bytes + k.offset_bytes;
            if (k.depth == 16) std::memcpy(&value[static_cast<std::size_t>(c)], at, 2);
            else value[static_cast<std::size_t>(c)] = static_cast<std::uint16_t>(257 * *at);
        }
        return value;
    }

    /// "over" for colours that are not multiplied by their alpha.
    static void blend(const std::array<std::uint16_t, 4>& from, std::uint16_t* to) {
        constexpr std::uint64_t kOne = 0xFFFF;
        const std::uint64_t ours = from[3] * kOne, theirs = to[3] * (kOne - from[3]), sum = ours + theirs;
        if (sum == 0) return static_cast<void>(std::fill_n(to, 4, std::uint16_t{0}));
        for (std::size_t c = 0; c < 3; ++c) to[c] = static_cast<std::uint16_t>((from[c] * ours + to[c] * theirs + sum / 2) / sum);
        to[3] = static_cast<std::uint16_t>((sum + kOne / 2) / kOne);
    }

    OwnedImage image_;
};

/// The animation's frames, one after the other.
class Flattening {
public:
    Flattening(ByteView bytes, const Policy& policy) : policy_(policy) {
        std::size_t rest = 0;
        chunks_ = png_chunks_of(bytes, rest);
        if (chunks_.empty() || chunks_[0].type != "IHDR" || chunks_[0].content.size() != kHeaderBytes) fail();
        const std::int64_t width = big_endian(chunks_[0].content, 0, 4), height = big_endian(chunks_[0].content, 4, 4);
        check_pixel_count(width, height, policy);
        canvas_.emplace(static_cast<int>(width), static_cast<int>(height));
        colour_type_ = chunks_[0].content[9];
    }

    Bytes run() {
        for (const PngChunk& chunk : chunks_) {
            if (chunk.type == "acTL" && chunk.content.size() == 8) animation_.emplace(big_endian(chunk.content, 4, 4), policy_.name);
            if (chunk.type == "PLTE" || chunk.type == "tRNS") put_png_chunk(shared_, chunk);
            keyed_ |= chunk.type == "tRNS";
            if (chunk.type == "fcTL") {
                end_frame();
                control_ = control_of(chunk.content, policy_.name);
            }
            if (chunk.type == "IDAT" && control_) append(data_, chunk.content);
            if (chunk.type == "fdAT" && control_ && chunk.content.size() > 4) append(data_, ByteView(chunk.content).subspan(4));
        }
        end_frame();
        if (!animation_ || chunks_.back().type != "IEND") fail();
        return animation_->finish();
    }

private:
    [[noreturn]] void fail() const { throw std::runtime_error(policy_.name + ": the animation is damaged or cut off"); }

    void end_frame() {
        if (!control_) return;
        const FrameControl& c = *control_;
        const ImageView& all = canvas_->view();
        if (!animation_ || data_.empty() || c.width > all.width - c.left || c.height > all.height - c.top) fail();
        const PngPicture frame = decode_png(as_png(), policy_);
        const bool gone = c.dispose == FrameControl::previous;
        const OwnedImage before = gone ? copy_image(all) : OwnedImage();
        canvas_->draw(frame.image.view(), c);
        show(c);
        if (gone) canvas_->restore(before);
        // What stood there before the first frame is nothing.
        if (c.dispose == FrameControl::background) canvas_->clear(c);
        control_.reset();
        data_.clear();
    }

    /// The frame alone.
    Bytes as_png() const {
        Bytes header;
        put_big_endian(header, static_cast<std::uint32_t>(control_->width), 4);
        put_big_endian(header, static_cast<std::uint32_t>(control_->height), 4);
        append(header, ByteView(chunks_[0].content).subspan(8));
        Bytes png(kSignature.begin(), kSignature.end());
        put_png_chunk(png, {"IHDR", header});
        append(png, shared_);
        put_png_chunk(png, {"IDAT", data_});
        put_png_chunk(png, {"IEND", {}});
        return png;
    }

    /// Gray and RGB stay so unless a frame leaves a hole.
    void show(const FrameControl& control) {
        const bool alpha = keyed_ || (colour_type_ & 4) || leaves_holes();
        const ImageView& all = canvas_->view();
        const int count = alpha ? 4 : colour_type_ == kGray ? 1 : 3;
        OwnedImage picture(count == 1 ? gray_layout(16) : packed_rgb_layout(16, alpha), all.width, all.height);
        for (int y = 0; y < all.height; ++y) {
            const auto* from = reinterpret_cast<const std::uint16_t*>(all.data[0] + y * all.stride_bytes[0]);
            auto* to = reinterpret_cast<std::uint16_t*>(picture.view().data[0] + y * picture.view().stride_bytes[0]);
            for (int x = 0; x < all.width; ++x, from += 4, to += count) std::copy_n(from, count, to);
        }
        animation_->add(picture.view(), control.delay);
    }

    bool leaves_holes() const {
        return std::ranges::any_of(chunks_, [](const PngChunk& k) { return k.type == "fcTL" && k.content.size() == kControlBytes && k.content[24] == 1; });
    }

    const Policy& policy_;
    std::vector<PngChunk> chunks_;
    std::optional<Canvas> canvas_;
    std::optional<PngAnimation> animation_;
    std::optional<FrameControl> control_;
    Bytes shared_, data_;
    int colour_type_ = 0;
    bool keyed_ = false;
};

}  // namespace

PngDelay png_delay_of(std::int64_t milliseconds) {
    constexpr std::int64_t kMost = 0xFFFF;
    std::int64_t denominator = 1000;
    while (denominator > 1 && milliseconds > kMost) milliseconds = (milliseconds + 5) / 10, denominator /= 10;
    return {static_cast<std::uint16_t>(std::clamp<std::int64_t>(milliseconds, 0, kMost)), static_cast<std::uint16_t>(denominator)};
}

void PngAnimation::add(const ImageView& picture, PngDelay delay) {
    const int count = picture.layout.component_count;
    PngPicture png;
    png.form = {picture.width, picture.height, 8 * picture.layout.bytes_per_sample, count == 1 ? kGray : count == 3 ? kRgb : kRgba};
    png.form.passing = true;
    png.image = copy_image(picture);
    std::size_t rest = 0;
    Bytes control;
    put_big_endian(control, sequence_++, 4);
    for (const int number : {picture.width, picture.height, 0, 0}) put_big_endian(control, static_cast<std::uint32_t>(number), 4);
    put_big_endian(control, delay.numerator, 2);
    put_big_endian(control, delay.denominator, 2);
    put_big_endian(control, 0, 2);  // neither disposed of nor blended
    put_png_chunk(body_, {"fcTL", control});
    for (PngChunk& chunk : png_chunks_of(encode_png(png, name_), rest)) {
        if (chunk.type == "IHDR" && header_.empty()) header_ = chunk.content;
        if (chunk.type == "IHDR" && header_ != chunk.content) throw std::runtime_error(name_ + ": the animation's frames are not alike");
        if (chunk.type != "IDAT") continue;
        if (frames_ == 0) {
            put_png_chunk(body_, chunk);
            continue;
        }
        Bytes numbered;
        put_big_endian(numbered, sequence_++, 4);
        append(numbered, chunk.content);
        put_png_chunk(body_, {"fdAT", numbered});
    }
    ++frames_;
}

Bytes PngAnimation::finish() {
    if (frames_ == 0) throw std::runtime_error(name_ + ": the animation has no frame");
    Bytes control, png(kSignature.begin(), kSignature.end());
    put_big_endian(control, frames_, 4);
    put_big_endian(control, plays_, 4);
    put_png_chunk(png, {"IHDR", header_});
    put_png_chunk(png, {"acTL", control});
    append(png, body_);
    put_png_chunk(png, {"IEND", {}});
    return png;
}

bool is_deep_png_animation(ByteView bytes) {
    constexpr std::size_t kDepthAt = kPngSignatureBytes + 8 + 8;
    if (!starts_with(bytes, kSignature) || bytes.size() <= kDepthAt || bytes[kDepthAt] != 16) return false;
    for (std::size_t at = kPngSignatureBytes; at + 8 <= bytes.size();) {
        const std::string_view type = text_of(bytes.subspan(at + 4, 4));
        if (type == "acTL") return true;
        if (type == "IDAT") return false;
        at += 12 + std::size_t{big_endian(bytes, at, 4)};
    }
    return false;
}

Bytes flatten_png_animation(ByteView bytes, const Policy& policy) {
    return Flattening(bytes, policy).run();
}

}  // namespace invisiblur::still
