#include "invisiblur/invisiblur.h"

extern "C" {
#include <libavutil/error.h>
#include <libavutil/frame.h>
}

#include <new>
#include <string>
#include <vector>

#include "invisiblur/anonymizer.hpp"
#include "invisiblur/error.hpp"
#include "media/libav/pixel_layout.hpp"

using invisiblur::Anonymizer;

struct InvisiblurContext {
    Anonymizer anonymizer;
    invisiblur::Options options;
    std::string error;
    bool drained = false;

    InvisiblurContext(const invisiblur::Options& asked, const invisiblur::StreamShape& shape) : anonymizer(asked, shape), options(asked) {}
};

namespace {

thread_local std::string open_error;

/// Keeps what an exception says. Where there is no memory for that, what is kept is short enough to need none.
void keep(std::string& error, const char* sentence) noexcept {
    try {
        error = sentence;
    } catch (...) {
        error.assign("out of memory");
    }
}

/// The one place where exceptions become numbers.
template <class Function>
int guard(std::string& error, Function function) noexcept {
    error.clear();
    try {
        return function();
    } catch (const std::system_error& e) {
        keep(error, e.what());
        return e.code().category() == invisiblur::libav_category() ? e.code().value() : AVERROR_EXTERNAL;
    } catch (const std::invalid_argument& e) {
        keep(error, e.what());
        return AVERROR(EINVAL);
    } catch (const std::bad_alloc&) {
        keep(error, "out of memory");
        return AVERROR(ENOMEM);
    } catch (const std::exception& e) {
        keep(error, e.what());
        return AVERROR_EXTERNAL;
    } catch (...) {
        keep(error, "unknown error");
        return AVERROR_UNKNOWN;
    }
}

/// What a context could only ignore is an error: "crf" would change nothing, and somebody thinks that it does.
invisiblur::Options parse(const char* text) {
    invisiblur::Options options = invisiblur::parse_options(text != nullptr ? text : "");
    const invisiblur::Options defaults;
    for (const invisiblur::OptionRow& row : invisiblur::option_table()) {
        if (row.scope == invisiblur::OptionScope::anonymizer || get_option(options, row.name) == get_option(defaults, row.name)) continue;
        throw std::invalid_argument(std::string(row.name) + ": only the transcoder has this option; leave it out");
    }
    invisiblur::check_options(options);
    return options;
}

invisiblur::StreamShape shape_of(const InvisiblurStream& stream) {
    const bool right_angle = stream.rotation_degrees >= 0 && stream.rotation_degrees < 360 && stream.rotation_degrees % 90 == 0;
    if (stream.width <= 0 || stream.height <= 0 || stream.time_base_num <= 0 || stream.time_base_den <= 0 || !right_angle) {
        throw std::invalid_argument("the stream's width, height and time base must be positive and its rotation 0, 90, 180 or 270");
    }
    return {stream.width, stream.height, stream.rotation_degrees, stream.time_base_num, stream.time_base_den, stream.frame_rate};
}

const invisiblur::OptionRow& row_to_change(std::string_view name) {
    for (const invisiblur::OptionRow& row : invisiblur::option_table()) {
        if (row.name == name && changes_on_the_way(row)) return row;
    }
    throw std::invalid_argument("\"" + std::string(name) + "\" cannot change while frames are on their way; region and keep-region can");
}

/// The rows of the option table that a context understands, with their defaults as text.
struct Listing {
    std::vector<std::string> defaults;
    std::vector<InvisiblurOption> options;

    Listing() {
        const invisiblur::Options unset;
        const auto rows = invisiblur::option_table();
        defaults.reserve(rows.size());  // so that no text moves
        for (const invisiblur::OptionRow& row : rows) {
            if (row.scope != invisiblur::OptionScope::anonymizer) continue;
            defaults.push_back(get_option(unset, row.name));
            options.push_back({row.name.data(), row.metavar.data(), defaults.back().c_str(), row.help.data()});
        }
    }
};

}  // namespace

const char* invisiblur_version(void) {
    return INVISIBLUR_VERSION;
}

int invisiblur_get_option(int index, InvisiblurOption* option) {
    return guard(open_error, [&] {
        static const Listing listing;  // the table's texts are literals, so each ends with a zero
        if (option == nullptr || index < 0 || static_cast<std::size_t>(index) >= listing.options.size()) return AVERROR(EINVAL);
        *option = listing.options[static_cast<std::size_t>(index)];
        return 0;
    });
}

int invisiblur_open(InvisiblurContext** context, const char* options, const InvisiblurStream* stream) {
    if (context == nullptr) return AVERROR(EINVAL);
    *context = nullptr;
    return guard(open_error, [&] {
        if (stream == nullptr) throw std::invalid_argument("invisiblur_open needs the stream's shape");
        *context = new InvisiblurContext(parse(options), shape_of(*stream));
        return 0;
    });
}

int invisiblur_handles_format(int pixel_format) {
    return invisiblur::av::find_pixel_layout(static_cast<AVPixelFormat>(pixel_format)) ? 1 : 0;
}

int invisiblur_detect_only(InvisiblurContext* context) {
    if (context == nullptr) return AVERROR(EINVAL);
    return guard(context->error, [&] {
        context->anonymizer.detect_only();
        return 0;
    });
}

int invisiblur_set_option(InvisiblurContext* context, const char* name, const char* value) {
    if (context == nullptr) return AVERROR(EINVAL);
    return guard(context->error, [&] {
        const std::string_view text = value != nullptr ? value : "";
        const invisiblur::OptionRow& row = row_to_change(name != nullptr ? name : "");
        const auto field = std::get<std::vector<invisiblur::Region> invisiblur::Options::*>(row.field);
        invisiblur::Options fresh;
        if (!text.empty()) invisiblur::set_option(fresh, row.name, text);
        context->options.*field = fresh.*field;
        context->anonymizer.set_regions({context->options.regions, context->options.keep_regions});
        return 0;
    });
}

int invisiblur_send_frame(InvisiblurContext* context, const AVFrame* frame) {
    if (context == nullptr) return AVERROR(EINVAL);
    return guard(context->error, [&] {
        if (context->drained) return AVERROR_EOF;
        if (frame == nullptr) {
            context->anonymizer.finish();
            context->drained = true;
            return 0;
        }
        if (frame->data[0] == nullptr) throw std::invalid_argument("the frame has no picture; NULL says that no frame follows");
        invisiblur::FramePtr reference(av_frame_clone(frame));
        if (!reference) throw std::bad_alloc();
        context->anonymizer.send(std::move(reference));
        return 0;
    });
}

int invisiblur_receive_frame(InvisiblurContext* context, AVFrame* frame) {
    if (context == nullptr || frame == nullptr) return AVERROR(EINVAL);
    return guard(context->error, [&] {
        std::optional<invisiblur::FramePtr> next = context->anonymizer.receive();
        if (!next) return context->drained ? AVERROR_EOF : AVERROR(EAGAIN);
        av_frame_unref(frame);
        av_frame_move_ref(frame, next->get());
        return 0;
    });
}

void invisiblur_close(InvisiblurContext** context) {
    if (context == nullptr) return;
    delete *context;
    *context = nullptr;
}

const char* invisiblur_error(const InvisiblurContext* context) {
    return context != nullptr ? context->error.c_str() : open_error.c_str();
}
