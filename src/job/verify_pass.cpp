#include "job/verify_pass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "base/bounded_queue.hpp"
#include "base/thread_group.hpp"
#include "pipeline/face_stage.hpp"
#include "pipeline/frame_picture.hpp"
#include "verify/second_opinion.hpp"

namespace invisiblur::av {
namespace {

constexpr std::size_t kQueuedPairs = 3;
constexpr int kFewFrames = 4;

struct Pair {
    std::size_t video = 0;
    PicturePtr result;
    PicturePtr source;
};

/// The faces of a tracks file that the user left where they are.
std::shared_ptr<const Tracks> left_tracks(const Options& options, const StreamShape& shape) {
    if (options.only_tracks.empty() && options.except_tracks.empty()) return nullptr;
    auto tracks = std::make_shared<Tracks>(read_given_tracks(options, shape));
    const auto named = [](const std::vector<int>& ids, int id) { return std::ranges::find(ids, id) != ids.end(); };
    std::erase_if(tracks->tracks, [&](const Track& t) {
        return options.only_tracks.empty() ? !named(options.except_tracks, t.id) : named(options.only_tracks, t.id);
    });
    return tracks;
}

/// One video stream's frames, as they come out of a reader that gives those of all streams.
class FrameFeed {
public:
    explicit FrameFeed(Reader& reader) : reader_(reader), waiting_(reader.videos().size()) {}

    /// The next frame of a video; null at its end.
    PicturePtr next(std::size_t video) {
        while (waiting_[video].empty()) {
            auto item = reader_.next();
            if (!item) return nullptr;
            if (item->frame) waiting_[*reader_.video_of(item->stream)].push_back(make_picture(std::move(item->frame)));
        }
        PicturePtr picture = std::move(waiting_[video].front());
        waiting_[video].pop_front();
        return picture;
    }

private:
    Reader& reader_;
    std::vector<std::deque<PicturePtr>> waiting_;
};

class Verifier {
public:
    Verifier(const VerifyTask& task, const std::vector<Options>& options, const std::vector<StreamReport>& streams, ProgressMeter& meter,
             const std::atomic<bool>& cancel)
        : task_(task), options_(options.front()), streams_(streams), meter_(meter), cancel_(cancel), result_(task.result, plain(options.front()), cancel, Reader::Streams::video_only) {
        if (!task.source.empty()) source_ = std::make_unique<Reader>(task.source, options.front(), cancel, Reader::Streams::video_only);
        for (std::size_t i = 0; i < streams.size(); ++i)
            if (streams[i].frames > 0) shown_.push_back(i);
        if (result_.videos().size() != shown_.size()) fail("has not as many videos as the source");
        for (std::size_t i = 0; i < shown_.size(); ++i) opinions_.push_back(std::make_unique<SecondOpinion>(options[shown_[i]], facts(options[shown_[i]], i)));
        counts_.resize(shown_.size());
    }

    VerifyReport run() {
        ThreadGroup threads([this] { queue_.abort(); });
        threads.start([this] { read(); });
        threads.start([this] { look(); });
        threads.wait(cancel_);
        for (std::size_t i = 0; i < shown_.size(); ++i)
            if (options_.vf_after.empty() && counts_[i] != stream(i).frames) fail(fmt::format("gives {} frames of video {} where {} were written", counts_[i], i + 1, stream(i).frames));
        return report();
    }

private:
    /// Our own file needs no leave to be read.
    static Options plain(const Options& options) {
        Options own;
        own.threads = options.threads;
        own.strict = true;  // a result has no damage
        own.max_streams = 10'000;
        return own;
    }

    /// What the job says of one of the result's videos.
    const StreamReport& stream(std::size_t video) const { return streams_[shown_[video]]; }

    [[noreturn]] void fail(const std::string& what) const { throw std::runtime_error("--verify: " + task_.name + ", read again, " + what); }

    ResultFacts facts(const Options& options, std::size_t i) const {
        ResultFacts facts;
        const TracksSource& source = stream(i).tracks.source;
        facts.stream = stream(i).stream;
        facts.result = result_.videos()[i].shape;
        facts.has_source = source_ != nullptr;
        facts.source = source_ ? source_->videos().at(shown_[i]).shape : facts.result;
        facts.source.width = source.width;
        facts.source.height = source.height;
        facts.hidden = std::shared_ptr<const Tracks>(std::shared_ptr<void>(), &stream(i).tracks);
        facts.left = stream(i).left.tracks.empty() ? left_tracks(options, facts.source) : std::shared_ptr<const Tracks>(std::shared_ptr<void>(), &stream(i).left);
        return facts;
    }

    void read() {
        FrameFeed sources(source_ ? *source_ : result_);
        while (auto item = result_.next()) {
            if (!item->frame) continue;
            const std::size_t video = *result_.video_of(item->stream);
            PicturePtr source = source_ ? sources.next(shown_[video]) : nullptr;
            if (source_ && !source) fail("has more frames than the source");
            if (!queue_.push({video, make_picture(std::move(item->frame)), std::move(source)})) return;
        }
        queue_.close();
    }

    void look() {
        while (auto pair = queue_.pop()) {
            // A picture, or a film of a few, is looked at by both detectors more than once.
            const int times = stream(pair->video).frames < kFewFrames ? kFewFrames : 1;
            for (int i = 0; i < times; ++i) opinions_[pair->video]->look(*pair->result, pair->source.get());
            ++counts_[pair->video];
            meter_.count_frame(0);
        }
        if (!queue_.aborted()) meter_.end_pass();
    }

    VerifyReport report() {
        VerifyReport report;
        report.compared = source_ != nullptr;
        report.methods = opinions_.front()->methods();
        for (std::size_t i = 0; i < opinions_.size(); ++i) {
            report.frames += counts_[i];
            report.looks += opinions_[i]->looks();
            report.faces_compared += opinions_[i]->faces_compared();
            std::ranges::move(opinions_[i]->finish(), std::back_inserter(report.findings));
        }
        using Kind = VerifyFinding::Kind;
        report.passed = std::ranges::none_of(report.findings, [](const VerifyFinding& f) { return f.kind == Kind::remaining || f.kind == Kind::fresh; });
        return report;
    }

    const VerifyTask& task_;
    const Options& options_;
    const std::vector<StreamReport>& streams_;
    ProgressMeter& meter_;
    const std::atomic<bool>& cancel_;
    Reader result_;
    std::unique_ptr<Reader> source_;
    std::vector<std::size_t> shown_;  ///< which of the streams have frames; a track without one is none of the result's videos
    std::vector<std::unique_ptr<SecondOpinion>> opinions_;
    std::vector<std::int64_t> counts_;
    BoundedQueue<Pair> queue_{kQueuedPairs};
};

}  // namespace

VerifyReport verify(const VerifyTask& task, const std::vector<Options>& options, const std::vector<StreamReport>& streams, ProgressMeter& meter,
                    const std::atomic<bool>& cancel) {
    return Verifier(task, options, streams, meter, cancel).run();
}

}  // namespace invisiblur::av
