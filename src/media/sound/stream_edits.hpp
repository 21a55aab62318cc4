#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "invisiblur/options.hpp"
#include "media/sound/sound_plan.hpp"
#include "media/sound/sound_track.hpp"

namespace invisiblur::av {

/// What a plan does to the streams beside the video of one file: sound, subtitles, tags, attached files.
/// Threads: one thread at a time.
class StreamEdits {
public:
    /// Warns of what becomes another codec, and of what is left out since words cannot be taken out of it: subtitles that are pictures or in a code of their
    /// own, attached texts.
    /// Owns:   borrows source.
    /// Errors: std::runtime_error where a sound cannot be changed, or with options.strict where something would be left out.
    StreamEdits(SoundPlan plan, const AVFormatContext& source, const AVOutputFormat& container, const Options& options,
                const std::function<void(const std::string&)>& warn);

    bool leaves_out(int stream) const { return left_out_.contains(stream); }

    /// Null where a stream is no sound that is changed.
    SoundTrack* track(int stream) const;
    const std::map<int, std::unique_ptr<SoundTrack>>& tracks() const { return tracks_; }

    /// Makes a copy of a source's stream say what comes.
    void describe(int stream, AVStream& copy);

    void clean(int stream, AVPacket& packet);
    void clean(AVDictionary** tags);

    /// Subtitles and tags that had a word which must go.
    std::int64_t texts_cleaned() const { return cleaned_; }

private:
    void add_track(const AVStream& stream, const AVOutputFormat& container, bool strict, const std::function<void(const std::string&)>& warn);

    SoundPlan plan_;
    const AVFormatContext& source_;
    std::map<int, std::unique_ptr<SoundTrack>> tracks_;
    VoiceShape shape_;  ///< the same for all tracks of a file, drawn anew for each
    std::set<int> left_out_;
    std::int64_t cleaned_ = 0;
};

}  // namespace invisiblur::av
