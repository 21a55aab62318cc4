#pragma once
#include <mutex>
#include <string>

struct AVFormatContext;
struct AVCodecContext;
struct AVFilterGraph;

namespace invisiblur::av {

/// Collects what libav complains about in the contexts it listens to, as evidence and for better error messages. The messages go
/// on to where libav sends them by default.
/// Threads: safe; it must outlive the contexts.
class LogListener {
public:
    /// Uses the contexts' `opaque` pointers, which are nobody else's here.
    void listen(AVFormatContext& context);
    void listen(AVCodecContext& context);
    void listen(AVFilterGraph& graph);

    void add(const std::string& line);

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
};

}  // namespace invisiblur::av
