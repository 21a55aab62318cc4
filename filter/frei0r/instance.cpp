#include "instance.hpp"

#include <cmath>
#include <cstdio>
#include <stdexcept>

#include "parameters.hpp"

extern "C" {
#include <libavutil/error.h>
#include <libavutil/frame.h>
}

namespace invisiblur::frei0r {
namespace {

constexpr std::int64_t kUnitsPerFrame = 1000;

}  // namespace

Instance::Instance(int width, int height, int row_px) : picture_{width, height, row_px, Pixels::rgb}, values_(parameters().size()) {
    guard([this] { open(); });
}

/// Does one step unless one has failed before.
template <class Step>
void Instance::guard(Step step) noexcept {
    try {
        if (!failed_) step();
    } catch (const std::exception& error) {
        fail(error.what());
    } catch (...) {
        fail("it failed for an unknown reason");
    }
}

void Instance::set(std::size_t parameter, std::string value) noexcept {
    if (values_[parameter] == value) return;
    values_[parameter] = std::move(value);
    dirty_ = true;
}

/// Opens a context with the parameters as they are now; one that has the same ones goes on.
void Instance::open() {
    dirty_ = false;
    const auto pixels = pixels_named(values_[index_of("input")]);
    if (!pixels) throw std::invalid_argument("input: '" + values_[index_of("input")] + "' is none of rgb, yuv, yuv422, yuv444");
    const double rate = rate_of(values_);
    const std::string options = option_text(values_);
    const std::string all = values_[index_of("input")] + '|' + std::to_string(rate) + '|' + options;
    if (opened_with_ == all) return;
    context_.reset();
    InvisiblurContext* context = nullptr;
    const InvisiblurStream stream = {picture_.width, picture_.height, 0, 1, std::llround(kUnitsPerFrame * rate), rate};
    if (invisiblur_open(&context, options.c_str(), &stream) < 0) throw std::runtime_error(invisiblur_error(nullptr));
    context_.reset(context);
    picture_.pixels = *pixels;
    opened_with_ = all;
    frames_ = 0;
}

void Instance::process(const std::uint32_t* in, std::uint32_t* out) {
    if (dirty_) open();
    const FramePtr frame = read_picture(picture_, in);
    frame->pts = kUnitsPerFrame * frames_++;
    if (invisiblur_send_frame(context_.get(), frame.get()) < 0) throw std::runtime_error(invisiblur_error(context_.get()));
    const FramePtr result(av_frame_alloc());
    if (!result) throw std::bad_alloc();
    const int code = invisiblur_receive_frame(context_.get(), result.get());
    if (code == AVERROR(EAGAIN)) return blank_picture(picture_, out);  // it looks ahead
    if (code < 0) throw std::runtime_error(invisiblur_error(context_.get()));
    write_picture(picture_, *result, out);
}

void Instance::update(const std::uint32_t* in, std::uint32_t* out) noexcept {
    guard([&] { process(in, out); });
    if (failed_) blank_picture(picture_, out);
}

void Instance::fail(const char* why) noexcept {
    failed_ = true;
    context_.reset();
    std::fprintf(stderr, "invisiblur: %s. No picture passes: what comes is black.\n", why);
}

}  // namespace invisiblur::frei0r
