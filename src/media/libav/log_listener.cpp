#include "media/libav/log_listener.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <string_view>

#include "media/libav/handles.hpp"

extern "C" {
#include <libavfilter/avfilter.h>
}

namespace invisiblur::av {
namespace {

constexpr std::size_t kKeptBytes = 1 << 14;

/// What libav says at error level about streams that decode rightly.
constexpr std::array<std::string_view, 6> kHarmless = {
    "mmco: unref short failure",    "number of reference frames",       "co located POCs unavailable",
    "reference picture missing",    "Missing reference picture",        "timescale not set",
};

bool is_harmless(const std::string& line) {
    return std::any_of(kHarmless.begin(), kHarmless.end(), [&](std::string_view part) { return line.find(part) != std::string::npos; });
}

LogListener* listener_of(void* context) {
    if (!context) return nullptr;
    const AVClass* kind = *static_cast<AVClass**>(context);
    if (!kind || !kind->class_name) return nullptr;
    const std::string_view name = kind->class_name;
    if (name == "AVFormatContext") return static_cast<LogListener*>(static_cast<AVFormatContext*>(context)->opaque);
    if (name == "AVCodecContext") return static_cast<LogListener*>(static_cast<AVCodecContext*>(context)->opaque);
    if (name == "AVFilterGraph") return static_cast<LogListener*>(static_cast<AVFilterGraph*>(context)->opaque);
    if (name == "AVFilter") {
        const AVFilterGraph* graph = static_cast<AVFilterContext*>(context)->graph;
        return graph ? static_cast<LogListener*>(graph->opaque) : nullptr;
    }
    return nullptr;
}

void take_message(void* context, int level, const char* format, va_list arguments) {
    if (LogListener* listener = level <= AV_LOG_ERROR ? listener_of(context) : nullptr) {
        va_list copy;
        va_copy(copy, arguments);
        char line[512];
        std::vsnprintf(line, sizeof line, format, copy);
        va_end(copy);
        listener->add(line);
    }
    av_log_default_callback(context, level, format, arguments);
}

/// libav has one callback for the whole process.
void take_messages() {
    static std::once_flag once;
    std::call_once(once, [] { av_log_set_callback(&take_message); });
}

}  // namespace

void LogListener::listen(AVFormatContext& context) {
    take_messages();
    context.opaque = this;
}

void LogListener::listen(AVCodecContext& context) {
    take_messages();
    context.opaque = this;
}

void LogListener::listen(AVFilterGraph& graph) {
    take_messages();
    graph.opaque = this;
}

void LogListener::add(const std::string& line) {
    const std::lock_guard lock(mutex_);
    if (is_harmless(line)) return;
    ++errors_;
    last_ = line.substr(0, line.find_last_not_of(" \r\n") + 1);
    if (lines_.size() < kKeptBytes) lines_ += line;
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
