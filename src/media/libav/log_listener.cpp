#include "media/libav/log_listener.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <map>
#include <string_view>
#include <utility>

#include "media/libav/handles.hpp"

extern "C" {
#include <libavfilter/avfilter.h>
}

namespace invisiblur::av {
namespace {

constexpr std::size_t kKeptBytes = 1 << 14;
constexpr std::size_t kLongestLine = 512;

/// What libav says at error level about streams that decode rightly, or about what tells of pictures and is none: references that a stream does
/// without, messages beside the pictures (SEI), remarks on use (VUI), motion vectors of a picture that is whole by itself.
constexpr std::array<std::string_view, 12> kHarmless = {
    "mmco: unref short failure", "number of reference frames", "co located POCs unavailable", "reference picture missing",
    "Missing reference picture", "timescale not set",          "SEI type",                    "Overread VUI",
    "Overread SPS",              "MVs not available",          "buffering period",            "unregistered SEI",
};

bool is_harmless(const std::string& line) {
    return std::any_of(kHarmless.begin(), kHarmless.end(), [&](std::string_view part) { return line.find(part) != std::string::npos; });
}

/// What a context's owner keeps in it, for the kinds of context that are listened to; libav copies it with a context that it copies for a thread
/// of its own. A filter belongs to its graph's owner.
const void* owner_of(void* context) {
    const AVClass* const kind = context ? *static_cast<AVClass**>(context) : nullptr;
    if (!kind) return nullptr;
    if (kind == avformat_get_class()) return static_cast<AVFormatContext*>(context)->opaque;
    if (kind == avcodec_get_class()) return static_cast<AVCodecContext*>(context)->opaque;
    const AVFilterGraph* graph = nullptr;
    if (kind == avfilter_get_class()) graph = static_cast<AVFilterContext*>(context)->graph;
    if (kind->class_name && kind->class_name == std::string_view("AVFilterGraph")) graph = static_cast<AVFilterGraph*>(context);
    return graph ? graph->opaque : nullptr;
}

void take_message(void* context, int level, const char* format, va_list arguments);

/// Asks libav whose its callback is, by a message that only ours understands; others see an empty line far below what they show.
class Question {
public:
    static bool is_ours() {
        Question question;
        av_log(&question, AV_LOG_TRACE, "%s", "");
        return question.answered_;
    }

    /// True for a message that was such a question.
    static bool answer(void* context) {
        if (!context || *static_cast<const AVClass**>(context) != &kClass) return false;
        static_cast<Question*>(context)->answered_ = true;
        return true;
    }

private:
    static inline const AVClass kClass = [] {
        AVClass kind{};
        kind.class_name = "invisiblur";
        kind.item_name = &av_default_item_name;
        kind.version = LIBAVUTIL_VERSION_INT;
        return kind;
    }();

    const AVClass* class_ = &kClass;  ///< first, where libav looks for it
    bool answered_ = false;
};

/// All listeners there are. A context is ours where what its owner keeps in it is one of them.
class Listeners {
public:
    void add(LogListener& listener) {
        const std::lock_guard lock(mutex_);
        if (all_.empty()) av_log_set_callback(&take_message);
        all_[&listener] = &listener;
    }

    void remove(const LogListener& listener) {
        const std::lock_guard lock(mutex_);
        if (all_.erase(&listener) > 0 && all_.empty() && Question::is_ours()) av_log_set_callback(&av_log_default_callback);
    }

    void tell(const void* owner, const std::string& line) {
        const std::lock_guard lock(mutex_);
        if (const auto listener = all_.find(owner); listener != all_.end()) listener->second->add(line);
    }

private:
    std::mutex mutex_;
    std::map<const void*, LogListener*> all_;
};

Listeners& listeners() {
    static Listeners all;
    return all;
}

void take_message(void* context, int level, const char* format, va_list arguments) {
    if (Question::answer(context)) return;
    if (const void* const owner = level <= AV_LOG_ERROR ? owner_of(context) : nullptr) {
        va_list copy;
        va_copy(copy, arguments);
        char line[512];
        std::vsnprintf(line, sizeof line, format, copy);
        va_end(copy);
        listeners().tell(owner, line);
    }
    av_log_default_callback(context, level, format, arguments);
}

}  // namespace

LogListener::~LogListener() {
    listeners().remove(*this);
}

void LogListener::listen(AVFormatContext& context) {
    listeners().add(*this);
    context.opaque = this;
}

void LogListener::listen(AVCodecContext& context) {
    listeners().add(*this);
    context.opaque = this;
}

void LogListener::listen(AVFilterGraph& graph) {
    listeners().add(*this);
    graph.opaque = this;
}

void LogListener::add(const std::string& piece) {
    const std::lock_guard lock(mutex_);
    const bool goes_on = std::exchange(unfinished_, !piece.ends_with('\n'));
    if (!goes_on) harmless_ = is_harmless(piece);
    if (harmless_) return;
    if (!goes_on) ++errors_;
    const std::string text = piece.substr(0, piece.find_last_not_of(" \r\n") + 1);
    if (!goes_on) last_ = text;
    else if (!text.empty() && last_.size() < kLongestLine) last_ += " " + text;
    if (lines_.size() < kKeptBytes) lines_ += piece;
}

std::string LogListener::last() const {
    const std::lock_guard lock(mutex_);
    return last_;
}

bool LogListener::contains(const std::string& part) const {
    const std::lock_guard lock(mutex_);
    return lines_.find(part) != std::string::npos;
}

int LogListener::errors() const {
    const std::lock_guard lock(mutex_);
    return errors_;
}

}  // namespace invisiblur::av
