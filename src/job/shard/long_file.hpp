#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "invisiblur/transcode.hpp"
#include "job/shard/joined_shards.hpp"
#include "job/shard/look_book.hpp"
#include "job/shard/shard.hpp"
#include "media/read/reader.hpp"
#include "media/write/writer.hpp"
#include "pipeline/analysis_file.hpp"

namespace invisiblur::av {

/// What one run has to do with the others that share a long file: its stretch, and what it takes from them and leaves to them.
/// Where the options name none of that, it does nothing.
/// Threads: one thread at a time; wrappers of one stream's detector on another thread.
class LongFile {
public:
    /// Errors: std::invalid_argument where the input is no file.
    LongFile(const TranscodeJob& job, const std::atomic<bool>& cancel);

    bool is_stretch() const { return !options_.segment.empty(); }
    bool joins() const { return !options_.join.empty(); }
    bool writes_piece() const { return is_stretch() && !options_.analyse_only && !options_.hash; }

    /// Whether an analysis of the whole file is given, so that no first pass is needed.
    bool knows_all() const { return knows_all_; }

    /// Forgets the tracks that the reader leaves out, since they hold no picture. Order: before all that is asked of single streams.
    void match(const Reader& reader);

    /// The same, and leaves only the stretch of each stream to be decoded. Order: before the reader's first next().
    void limit(Reader& reader);

    /// The given analysis, or none.
    std::vector<std::shared_ptr<const Analysis>> analyses() const;

    /// How the first pass over each stream begins, and which frames it has.
    std::vector<AnalysisStart> starts(std::size_t videos) const;
    std::vector<FrameRange> analysed_pts() const;

    /// What a first pass over a stretch found in it, without the frames before that it has seen too.
    std::shared_ptr<const Analysis> own_part(std::size_t video, std::shared_ptr<const Analysis> analysis) const;

    /// How many frames a stream gives: in a first pass about, out of all; in the last pass.
    std::int64_t frames(std::size_t video, std::int64_t all) const;
    std::int64_t frames(std::size_t video, const Analysis& analysis) const;

    std::unique_ptr<FaceStage> make_stage(const Options& options, const StreamShape& shape, std::size_t video, std::shared_ptr<const Analysis> analysis) const;

    /// What stands before the packets of a piece, without what its encoders say.
    ShardHead piece_head(const std::vector<std::shared_ptr<const Analysis>>& analyses) const;

    /// What --save-analysis keeps.
    /// Errors: as PendingFile.
    void save(PendingFile& file, const std::vector<std::shared_ptr<const Analysis>>& analyses) const;

    /// Hands the pieces of --join and the source's other packets to the writer.
    /// In:     reader, with Coded::yes; count, told each packet of the pieces.
    /// Returns: frames with something hidden, of each stream.
    std::vector<std::int64_t> join(Reader& reader, JoinedShards& pieces, Writer& writer, const std::function<void()>& count) const;

    const std::string& source() const { return origin_.source; }

private:
    FrameRange wanted(std::size_t video, const Analysis& analysis) const;

    std::string path_;
    Options options_;
    AnalysisOrigin origin_;
    bool knows_all_ = false;
    std::vector<Shard> stretches_;  ///< of each stream, with --segment
    std::shared_ptr<LookBook> known_, noted_;
    mutable std::string detector_;    ///< whose looks they are
};

}  // namespace invisiblur::av
