#pragma once
#include <mutex>
#include <string>

struct AVFormatContext;
struct AVCodecContext;
struct AVFilterGraph;

namespace invisiblur::av {

/// Collects what libav complains about in the contexts it listens to, as evidence of damage and for better error messages. The messages
/// go on to libav's default callback, as do those of everybody else's contexts.
/// Method:  libav has one callback for the whole process. It is ours only while somebody listens, so only while a file is read or written:
///          the C API and the filters never set it. Afterwards it is libav's default again, unless the host has set its own meanwhile. libav
///          tells nobody which one was there before: a host that has its own and runs whole jobs sets it again after them.
/// Owns:    a context's `opaque` pointer, which nobody else uses in contexts of ours. Those of others are compared, never followed.
/// Threads: safe.
class LogListener {
public:
    LogListener() = default;
    ~LogListener();
    LogListener(const LogListener&) = delete;
    LogListener& operator=(const LogListener&) = delete;

    void listen(AVFormatContext& context);
    void listen(AVCodecContext& context);
    void listen(AVFilterGraph& graph);

    /// In: a line, or a piece of one that goes on with the next piece, as libav writes some of them.
    void add(const std::string& piece);

    /// The last line at error level, "" where there was none.
    std::string last() const;
    bool contains(const std::string& part) const;

    /// Lines at error level so far, without those that whole files cause too.
    int errors() const;

private:
    mutable std::mutex mutex_;
    std::string lines_;
    std::string last_;
    int errors_ = 0;
    bool unfinished_ = false;  ///< the last piece's line
    bool harmless_ = false;    ///< that line
};

}  // namespace invisiblur::av
