#include "job/shard/long_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/sha256.hpp"
#include "base/cbor_reader.hpp"
#include "job/record/run_facts.hpp"
#include "options/analysis_options.hpp"
#include "pipeline/shard_stage.hpp"

namespace invisiblur::av {
namespace {

/// A tracker forgets in a second or two where a face was that it does not see; a run that begins in the middle of a file has then come to what a run from the
/// beginning knows. Looks that differ nevertheless are only taken again.
constexpr double kAnalysedBefore_s = 4;
/// Plates of a moving camera are made of the frames around, 38 on either side of one that lies two away (MovingPlates), and what these show of
/// their faces' surroundings of as many around them.
constexpr int kSeenAround = 80;

/// Tells one file from another without reading hours of video: size, beginning and end.
std::string mark_of(const std::string& path) {
    constexpr std::uint64_t kSample = 1 << 20;
    const std::uint64_t size = std::filesystem::file_size(path);
    std::ifstream file(path, std::ios::binary);
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(std::min(size, 2 * kSample)));
    const std::uint64_t head = std::min<std::uint64_t>(bytes.size(), kSample);
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(head));
    file.seekg(static_cast<std::streamoff>(size - (bytes.size() - head)));
    file.read(reinterpret_cast<char*>(bytes.data() + head), static_cast<std::streamsize>(bytes.size() - head));
    if (!file) throw std::runtime_error("cannot read " + path);
    return fmt::format("{} bytes, {}", size, sha256_bytes(bytes));
}

}  // namespace

LongFile::LongFile(const TranscodeJob& job, const std::atomic<bool>& cancel) : path_(job.input), options_(job.options) {
    const Options& o = options_;
    if (o.segment.empty() && o.analysis.empty() && o.join.empty() && o.save_analysis.empty()) return;
    if (!is_regular_file(path_)) throw std::invalid_argument(fmt::format("parts are for a file that all runs can read, and {} is none", path_));
    origin_ = {mark_of(path_), analysis_options(o)};
    knows_all_ = std::ranges::any_of(o.analysis, is_analysis_file);
    for (const std::string& path : o.analysis) {
        if (is_analysis_file(path) || LookBook::is_book(path)) continue;
        if (CborReader::is_one(path)) load_analyses(path, origin_);  // says what is wrong with it
        throw std::invalid_argument(fmt::format("--analysis: {} is no file that --save-analysis wrote, or cannot be read", path));
    }
    if (knows_all_ && o.analysis.size() > 1)
        throw std::invalid_argument("--analysis: what was learned of the whole file stands in one file; give that one alone");
    if (is_stretch() && !o.analyse_only && !knows_all_)
        throw std::invalid_argument(fmt::format("--segment writes a stretch with what the whole file taught, and {} is of a stretch: make one of the whole file with --analyse-only and --save-analysis", o.analysis[0]));
    if (knows_all_ && !o.save_analysis.empty()) throw std::invalid_argument("--save-analysis: --analysis names all that was learned already");
    if (!knows_all_ && joins() && !o.analysis.empty()) throw std::invalid_argument("--join takes what was learned of the whole file, not what was seen in stretches: give that --analysis");
    const Surroundings around = o.analyse_only ? Surroundings{kAnalysedBefore_s, 0, 0} : Surroundings{0, kSeenAround, kSeenAround};
    if (is_stretch()) stretches_ = find_shards(path_, o, around, cancel);
    if (!o.save_analysis.empty() && is_stretch()) noted_ = std::make_shared<LookBook>();
    if (!knows_all_ && !o.analysis.empty()) known_ = std::make_shared<LookBook>();
}

void LongFile::match(const Reader& reader) {
    std::erase_if(stretches_, [&](const Shard& stretch) { return !reader.video_of(stretch.stream); });
}

void LongFile::limit(Reader& reader) {
    match(reader);
    if (is_stretch()) reader.leave_undecoded(undecoded(stretches_));
}

FrameRange LongFile::wanted(std::size_t video, const Analysis& analysis) const {
    if (!is_stretch()) return {0, analysis.frames};
    return {analysis.frame_at(stretches_.at(video).first_pts), analysis.frame_at(stretches_.at(video).end_pts)};
}

std::vector<std::shared_ptr<const Analysis>> LongFile::analyses() const {
    if (!knows_all_) return {};
    std::vector<FrameRange> pts;
    for (const Shard& stretch : stretches_) pts.push_back({stretch.first_pts, stretch.end_pts});
    return load_analyses(options_.analysis.front(), origin_, pts);
}

std::vector<AnalysisStart> LongFile::starts(std::size_t videos) const {
    std::vector<AnalysisStart> starts(videos);
    for (std::size_t i = 0; i < starts.size(); ++i) {
        if (is_stretch()) starts[i].first_frame = stretches_.at(i).frames_before();
        if (!known_ && !noted_) continue;
        starts[i].wrap = [this](Detectors detectors) {
            if (detector_.empty()) {
                detector_ = detectors.faces->name() + (detectors.text ? ", and " + detectors.text->name() : "");
                for (const std::string& path : options_.analysis) known_->load(path, detector_);
            }
            const auto remembering = [&](std::unique_ptr<Detector>& detector, LookBook::Kind kind) {
                if (detector) detector = std::make_unique<RememberingDetector>(std::move(detector), kind, known_, noted_);
            };
            remembering(detectors.faces, LookBook::Kind::look);
            remembering(detectors.text, LookBook::Kind::text);
            return detectors;
        };
    }
    return starts;
}

std::vector<FrameRange> LongFile::analysed_pts() const {
    std::vector<FrameRange> ranges;
    for (const Shard& stretch : stretches_) ranges.push_back({stretch.decoded_pts, stretch.end_pts});
    return ranges;
}

std::shared_ptr<const Analysis> LongFile::own_part(std::size_t video, std::shared_ptr<const Analysis> analysis) const {
    if (!is_stretch()) return analysis;
    const std::int64_t first = stretches_.at(video).first_pts;
    auto own = std::make_shared<Analysis>(*analysis);
    std::erase_if(own->frame_pts, [&](std::int64_t pts) { return pts < first; });
    own->frames = static_cast<std::int64_t>(own->frame_pts.size());
    std::erase_if(own->doubts, [&](const Tracker::Doubt& doubt) { return doubt.last_pts < first; });
    for (Track& track : own->tracks.tracks) std::erase_if(track.boxes, [&](const TrackBox& box) { return box.pts < first; });
    std::erase_if(own->tracks.tracks, [](const Track& track) { return track.boxes.empty(); });
    return own;
}

std::int64_t LongFile::frames(std::size_t video, std::int64_t all) const {
    return is_stretch() ? stretches_.at(video).frames : all;
}

std::int64_t LongFile::frames(std::size_t video, const Analysis& analysis) const {
    const FrameRange range = wanted(video, analysis);
    return range.end - range.first;
}

std::unique_ptr<FaceStage> LongFile::make_stage(const Options& options, const StreamShape& shape, std::size_t video,
                                                std::shared_ptr<const Analysis> analysis) const {
    if (!knows_all_) return make_given_stage(options, shape, std::move(analysis));
    FrameRange range = wanted(video, *analysis), seen = range;
    if (is_stretch()) {
        seen.end = range.first == range.end ? range.end : std::min(analysis->frames, range.end + kSeenAround);
        seen.first = range.first == range.end ? range.end : analysis->frame_at(stretches_.at(video).decoded_pts);
    }
    return make_shard_stage(options, shape, std::move(analysis), range, seen);
}

ShardHead LongFile::piece_head(const std::vector<std::shared_ptr<const Analysis>>& analyses) const {
    ShardHead head{origin_.source, effective_options(options_), {}};
    for (std::size_t i = 0; i < analyses.size(); ++i) {
        const FrameRange range = wanted(i, *analyses[i]);
        head.streams.push_back({.encoder = {}, .codec_id = 0, .extradata = {}, .first = range.first, .end = range.end, .total = analyses[i]->frames});
    }
    return head;
}

void LongFile::save(PendingFile& file, const std::vector<std::shared_ptr<const Analysis>>& analyses) const {
    if (noted_) noted_->save(file, detector_);
    else save_analyses(file, origin_, analyses);
}

std::vector<std::int64_t> LongFile::join(Reader& reader, JoinedShards& pieces, Writer& writer, const std::function<void()>& count) const {
    std::vector<PacketPtr> next;
    for (std::size_t i = 0; i < pieces.streams(); ++i) next.push_back(pieces.next(i));
    const auto write_next = [&](std::size_t video) {
        writer.write(reader.videos()[video].index, std::move(next[video]));
        next[video] = pieces.next(video);
        count();
    };
    while (auto item = reader.next()) {
        if (!item->packet) continue;  // the first pictures, which the reader decodes to know what they are
        const auto video = reader.video_of(item->stream);
        if (!video) {
            writer.write(item->stream, std::move(item->packet));
            continue;
        }
        const std::int64_t now = item->packet->dts;
        if (now == AV_NOPTS_VALUE && next[*video]) write_next(*video);
        while (now != AV_NOPTS_VALUE && next[*video] && next[*video]->dts <= now) write_next(*video);
    }
    std::vector<std::int64_t> masked;
    for (std::size_t i = 0; i < next.size(); ++i) {
        while (next[i]) write_next(i);
        masked.push_back(pieces.masked(i));
    }
    return masked;
}

}  // namespace invisiblur::av
