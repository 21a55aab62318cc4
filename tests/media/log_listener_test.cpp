#include "media/libav/log_listener.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdarg>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "media/libav/handles.hpp"
#include "support/process.hpp"

extern "C" {
#include <libavfilter/avfilter.h>
}

using namespace invisiblur::av;
using namespace invisiblur::test;

namespace {

using GraphPtr = std::unique_ptr<AVFilterGraph, FreeAddress<avfilter_graph_free>>;

CodecPtr some_codec() {
    return make_codec(avcodec_find_decoder(AV_CODEC_ID_FFV1));
}

void complain(void* context, const std::string& line) {
    av_log(context, AV_LOG_ERROR, "%s\n", line.c_str());
}

int heard_by_host = 0;

void host_callback(void*, int level, const char*, va_list) {
    if (level <= AV_LOG_ERROR) ++heard_by_host;
}

/// What is written to standard error while it lives.
class StandardError {
public:
    explicit StandardError(const std::string& path) : path_(path), before_(dup(STDERR_FILENO)) {
        const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        dup2(file, STDERR_FILENO);
        close(file);
    }
    ~StandardError() { end(); }
    StandardError(const StandardError&) = delete;
    StandardError& operator=(const StandardError&) = delete;

    std::string end() {
        if (before_ >= 0) {
            dup2(before_, STDERR_FILENO);
            close(before_);
            before_ = -1;
        }
        return content_of(path_);
    }

private:
    std::string path_;
    int before_;
};

}  // namespace

TEST_CASE("a listener hears its own contexts of every kind, and the filters of its graphs") {
    LogListener listener;
    const CodecPtr codec = some_codec();
    const InputPtr container(avformat_alloc_context());
    const GraphPtr graph(avfilter_graph_alloc());
    AVFilterContext* const filter = avfilter_graph_alloc_filter(graph.get(), avfilter_get_by_name("null"), "n");
    REQUIRE(filter);
    listener.listen(*codec);
    listener.listen(*container);
    listener.listen(*graph);
    int n = 0;
    for (void* context : {static_cast<void*>(codec.get()), static_cast<void*>(container.get()), static_cast<void*>(graph.get()), static_cast<void*>(filter)}) {
        complain(context, "complaint " + std::to_string(++n));
        CHECK(listener.errors() == n);
        CHECK(listener.last() == "complaint " + std::to_string(n));
    }
    av_log(codec.get(), AV_LOG_WARNING, "a warning\n");
    CHECK(listener.errors() == 4);
    CHECK(listener.contains("complaint 2"));
    CHECK_FALSE(listener.contains("a warning"));
}

TEST_CASE("a line that comes in pieces is one complaint") {
    LogListener listener;
    const CodecPtr codec = some_codec();
    listener.listen(*codec);
    av_log(codec.get(), AV_LOG_ERROR, "slice CRC mismatch 1F!");
    av_log(codec.get(), AV_LOG_ERROR, "at 1.5 seconds\n");
    CHECK(listener.errors() == 1);
    CHECK(listener.last() == "slice CRC mismatch 1F! at 1.5 seconds");
    av_log(codec.get(), AV_LOG_ERROR, "SEI type 5 ");
    av_log(codec.get(), AV_LOG_ERROR, "is truncated\n");
    CHECK(listener.errors() == 1);
    complain(codec.get(), "another");
    CHECK(listener.errors() == 2);
    CHECK(listener.last() == "another");
}

TEST_CASE("another's context is left alone, whatever its owner keeps in it") {
    LogListener listener;
    const CodecPtr ours = some_codec(), theirs = some_codec();
    const InputPtr their_container(avformat_alloc_context());
    const GraphPtr their_graph(avfilter_graph_alloc());
    listener.listen(*ours);
    std::string opaque = "something of theirs";
    theirs->opaque = &opaque;
    their_container->opaque = reinterpret_cast<void*>(std::uintptr_t{1});
    their_graph->opaque = &opaque;
    complain(theirs.get(), "theirs");
    complain(their_container.get(), "theirs");
    complain(their_graph.get(), "theirs");
    complain(nullptr, "nobody's");
    CHECK(listener.errors() == 0);
    CHECK(opaque == "something of theirs");
}

TEST_CASE("a context that outlives its listener is nobody's") {
    const CodecPtr codec = some_codec();
    auto listener = std::make_unique<LogListener>();
    listener->listen(*codec);
    LogListener other;
    const CodecPtr others = some_codec();
    other.listen(*others);
    listener.reset();
    complain(codec.get(), "too late");
    CHECK(other.errors() == 0);
}

TEST_CASE("what is heard goes on to libav's own callback, and so does all else, during and after") {
    const TempDir folder;
    const int level = av_log_get_level();
    av_log_set_level(AV_LOG_ERROR);
    const CodecPtr ours = some_codec(), theirs = some_codec();
    StandardError standard_error(folder / "said");
    {
        LogListener listener;
        listener.listen(*ours);
        complain(ours.get(), "ours");
        complain(theirs.get(), "theirs");
    }
    complain(theirs.get(), "afterwards");
    const std::string said = standard_error.end();
    av_log_set_level(level);
    for (const char* line : {"ours", "theirs", "afterwards"}) CHECK_MESSAGE(said.find(line) != std::string::npos, "lacks: " << line);
}

TEST_CASE("without a listener the callback is the host's, and one that a host sets meanwhile stays") {
    const CodecPtr ours = some_codec();
    heard_by_host = 0;
    std::optional<LogListener> listener;
    listener.emplace();
    listener->listen(*ours);
    av_log_set_callback(&host_callback);
    listener.reset();
    complain(nullptr, "for the host");
    CHECK(heard_by_host == 1);
    LogListener deaf;
    complain(nullptr, "for the host");
    CHECK(heard_by_host == 2);
    av_log_set_callback(&av_log_default_callback);
}

TEST_CASE("listeners come and go while others hear") {
    const int level = av_log_get_level();
    av_log_set_level(AV_LOG_QUIET);
    const CodecPtr ours = some_codec();
    LogListener listener;
    listener.listen(*ours);
    std::atomic<int> heard{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int n = 0; n < 200; ++n) {
                const CodecPtr codec = some_codec();
                LogListener short_lived;
                short_lived.listen(*codec);
                complain(codec.get(), "short");
                heard += short_lived.errors();
            }
        });
    for (int n = 0; n < 200; ++n) complain(ours.get(), "long");
    for (std::thread& thread : threads) thread.join();
    CHECK(listener.errors() == 200);
    CHECK(heard == 4 * 200);
    av_log_set_level(level);
}
