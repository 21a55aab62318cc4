#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "job/live/playout_clock.hpp"
#include "media/read/reader.hpp"

namespace invisiblur::av {

/// Seconds of the steady clock, as all of a live job counts.
double steady_s();

/// How long a live source may be away.
struct LivePatience {
    double stall_s = 5;  ///< a connection that gives nothing for so long is made anew
    double gone_s = 60;  ///< a source that does not come back in this time has ended; a camera or a router starts in less
    double again_s = 1;  ///< from one try to the next
};

/// A frame or a packet of a live source; its times are the result's.
struct LiveItem {
    ReadItem item;
    double came_s = 0;  ///< steady_s()
    double due_s = 0;   ///< a frame's
};

/// A live source, which is opened anew when its connection is lost, and whose times go on over that.
/// Errors:  the constructor as Reader's; next(), where the source comes back with other streams, and what breaks a pipe or, with options.strict,
///          anything. A source that is lost for good has ended.
/// Threads: one thread at a time.
class LiveSource {
public:
    /// In: warn, told when the source is lost and comes back.
    LiveSource(const std::string& path, const Options& options, double delay_s, const std::atomic<bool>& cancel, std::function<void(const std::string&)> warn,
               LivePatience patience = {});

    /// As it was at first; what it describes holds for all that comes.
    Reader& reader() { return *first_; }

    /// Waits for what comes next. Nothing when the source has ended, or the job was told to stop: that is how a live job ends.
    std::optional<LiveItem> next();

private:
    Reader& now() { return again_ ? *again_ : *first_; }
    std::optional<ReadItem> read();
    bool reopen();
    void match(Reader& reader) const;
    LiveItem timed(ReadItem item);
    bool pauses() const;

    std::string path_;
    Options options_;
    const std::atomic<bool>& cancel_;
    std::function<void(const std::string&)> warn_;
    LivePatience patience_;
    bool pipe_;      ///< which is no address: its end is the end
    bool connects_;  ///< and can do so again
    std::unique_ptr<Reader> first_;
    std::unique_ptr<Reader> again_;  ///< in its place
    PlayoutClock clock_;
    std::string why_;  ///< it was lost
};

}  // namespace invisiblur::av
