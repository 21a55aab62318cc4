#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "invisiblur/options.hpp"
#include "media/libav/file_source.hpp"
#include "media/libav/handles.hpp"
#include "media/libav/log_listener.hpp"
#include "media/libav/patience.hpp"
#include "media/libav/pipe_source.hpp"
#include "media/read/file_extent.hpp"

namespace invisiblur::av {

/// An opened container: a file, standard input ("-") or a URL, with its streams found.
/// Errors: the constructor says in one sentence what is wrong: missing, unreadable, a folder, empty, no media, cut off, too many
///         streams, no video.
/// Threads: one thread at a time.
class Input {
public:
    Input(const std::string& path, const Options& options, const std::atomic<bool>& cancel);
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    AVFormatContext& context() const { return *context_; }
    const LogListener& log() const { return log_; }

    /// Of a file that ends before its own headers say.
    const std::optional<Shortfall>& shortfall() const { return shortfall_; }

    /// Waits so long at most for what is read next; 0 for ever. Reading fails then.
    void wait(double seconds) { patience_.begin(seconds); }

    /// Lets go of a connection, such that another can be made; what is known of the streams stays. Nothing can be read after that.
    void disconnect();

    /// How messages call it.
    const std::string& name() const { return name_; }

private:
    void find_streams(const Options& options);
    void open(const std::string& path, const Options& options);
    void explain_failure(int code, const Options& options) const;
    void check_streams(const Options& options) const;
    void check_pixels(const Options& options) const;
    [[noreturn]] void report_cut();

    std::string name_;
    std::optional<Shortfall> shortfall_;
    const std::atomic<bool>& cancel_;
    Patience patience_;
    LogListener log_;
    std::unique_ptr<PipeSource> pipe_;
    std::unique_ptr<FileSource> file_;
    InputPtr context_;
};

/// True for a plain file, which can be read twice.
bool is_regular_file(const std::string& path);

/// "0:01:02.345" for 62.345 seconds.
std::string clock_text(double seconds);

}  // namespace invisiblur::av
