#include "job/still_pass.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>

#include "detect/detection_size.hpp"
#include "erase/compositor.hpp"
#include "erase/region/face_area.hpp"
#include "invisiblur/error.hpp"
#include "job/still_frame.hpp"
#include "media/libav/metadata.hpp"
#include "media/libav/pixel_layout.hpp"
#include "media/write/frame_sink.hpp"
#include "pipeline/erased_frame.hpp"
#include "pipeline/face_stage.hpp"
#include "pipeline/frame_picture.hpp"
#include "still/layouts.hpp"
#include "track/track_kinds.hpp"
#include "track/track_recorder.hpp"

namespace invisiblur::av {
namespace {

constexpr int kLooksPerSecond = 25;

/// What counts for one picture: nothing was seen before or after it, so that only a picture of the user's tells what is behind.
Options still_options(const Options& options, int looks) {
    Options one = options;
    if (one.plate == "auto" || one.plate == "first") one.plate = "none";
    // Glances save time in films; a picture is worth looks.
    if (one.detector == "cascade") one.detector = "centerface";
    one.detect_every = 1;
    one.lookahead_frames = looks;
    return one;
}

/// The detector takes turns between scales and parts of a picture. A film has time for that; a picture is shown to it often enough.
int looks_for(const StreamShape& shape, const Options& options) {
    constexpr int kLeast = 6, kMost = 40;
    const bool lying = shape.rotation_degrees % 180 != 0;
    const DetectionSize upright = detection_size(lying ? shape.height : shape.width, lying ? shape.width : shape.height, options);
    const DetectionSize coded = lying ? DetectionSize{upright.height, upright.width} : upright;
    return std::clamp(2 * tile_grid(shape.width, shape.height, coded, options).count() + 2, kLeast, kMost);
}

Box united(const Box& a, const Box& b) {
    const float x = std::min(a.x, b.x), y = std::min(a.y, b.y);
    return {x, y, std::max(a.x + a.w, b.x + b.w) - x, std::max(a.y + a.h, b.y + b.h) - y};
}

/// What all looks together found on a page. The page's number is its time.
class Looks {
public:
    explicit Looks(int page) : page_(page) {}

    void add(const FrameRecord& frame) {
        if (frame.plate) plate_ = frame.plate;
        for (const TrackedFace& face : frame.faces) {
            const auto [place, is_new] = faces_.try_emplace(face.track, face);
            TrackBox& box = place->second.box;
            if (!is_new) box.box = united(box.box, face.box.box);
            if (face.box.score >= box.score) box.score = face.box.score, box.from = face.box.from;
            box.pts = page_;
        }
    }

    /// In: others, how many tracks the pages before have; the same face on two pages is two tracks.
    FrameRecord result(PicturePtr picture, int others) const {
        FrameRecord frame = record_of(std::move(picture));
        frame.plate = plate_;
        for (const auto& [track, face] : faces_) {
            frame.faces.push_back(face);
            frame.faces.back().track += others;
        }
        return frame;
    }

private:
    int page_;
    std::map<int, TrackedFace> faces_;
    std::shared_ptr<const PlateSource> plate_;
};

PicturePtr look_number(const AVFrame& frame, int number) {
    FramePtr copy = make_frame_reference(frame);
    copy->pts = number;
    return make_picture(std::move(copy));
}

/// Doubts of a page: only what was dropped is one. All the others are about time.
void add_doubts(const FaceStage& stage, int page, int others, std::vector<DoubtfulPlace>& places) {
    const double time_s = static_cast<double>(page) / kLooksPerSecond;
    for (const Tracker::Doubt& doubt : stage.doubts())
        if (std::string_view(doubt.why).find("dropped") != std::string_view::npos) places.push_back({doubt.track + others, time_s, time_s, doubt.why, doubt.box});
}

/// The page of a file that is open.
class StillPass {
public:
    StillPass(const still::StillFile& file, int page, const Options& options, const std::atomic<bool>& cancel)
        : cancel_(cancel), page_(page), frame_(frame_of(file.pixels())) {
        const int degrees = still::upright_degrees(file.orientation());
        shape_ = {frame_->width, frame_->height, degrees, 1, kLooksPerSecond, kLooksPerSecond};
        looks_ = options.tracks.empty() ? looks_for(shape_, options) : 1;
        options_ = still_options(options, looks_);
    }

    /// In: others, the largest number of a track on the pages before, 0 where tracks are given.
    FrameRecord analyse(StillResult& result, int others) const {
        const auto stage = make_live_stage(options_, shape_);
        Looks looks(page_);
        const auto take = [&] {
            while (const auto frame = stage->pop()) looks.add(*frame);
        };
        for (int i = 0; i < looks_; ++i) {
            if (cancel_) throw Cancelled("stopped");
            stage->push(look_number(*frame_, page_ + i));
            take();
        }
        stage->finish();
        take();
        result.detector = stage->detector();
        add_doubts(*stage, page_, others, result.stream.doubtful);
        return looks.result(look_number(*frame_, page_), others);
    }

    /// The frame without faces; the rectangles in which nothing of it may stay.
    FramePtr erase(const FrameRecord& analysed, std::vector<Rect>& hidden) const {
        const FaceAreas areas(options_, shape_);
        for (const FaceArea& area : areas.of_frame(analysed.faces, page_, analysed.picture->view(), false)) hidden.push_back(area.core);
        FramePool frames;
        return erased_frame(Compositor(options_, shape_), analysed, frames);
    }

    const StreamShape& shape() const { return shape_; }

private:
    const std::atomic<bool>& cancel_;
    int page_;
    FramePtr frame_;
    StreamShape shape_;
    int looks_ = 1;
    Options options_;
};

/// All pages of a file, one after the other.
class PageLoop {
public:
    PageLoop(still::StillFile& file, const Options& options, const std::atomic<bool>& cancel, std::ostream* hashes)
        : file_(file), options_(options), cancel_(cancel) {
        if (options.hash && !hashes) throw std::invalid_argument("--hash needs a stream to print to");
        if (options.hash) hashes_.emplace(*hashes);
    }

    /// Leaves the last page open, changed but not kept. Returns what of it is hidden.
    std::vector<Rect> run(StillResult& result) {
        std::vector<Rect> hidden;
        for (int page = 0; page < file_.pages(); ++page) {
            if (page > 0) file_.next_page(hidden);
            hidden = take_page(page, result);
            any_hidden_ |= !hidden.empty();
        }
        result.stream.tracks = log_->tracks();
        if (sizes_differ_) result.stream.tracks.source.width = result.stream.tracks.source.height = 0;  // no one size that these tracks belong to
        result.stream.codec_in = result.stream.codec_out = file_.codec();
        if (hashes_) hashes_->finish();
        return hidden;
    }

    bool any_hidden() const { return any_hidden_; }

private:
    std::vector<Rect> take_page(int page, StillResult& result) {
        if (cancel_) throw Cancelled("stopped");
        const StillPass pass(file_, page, options_, cancel_);
        if (!log_) log_.emplace(pass.shape());
        const TracksSource& first = log_->tracks().source;
        sizes_differ_ |= first.width != pass.shape().width || first.height != pass.shape().height;
        const FrameRecord analysed = pass.analyse(result, options_.tracks.empty() ? last_track_ : 0);
        for (const TrackedFace& face : analysed.faces) last_track_ = std::max(last_track_, face.track);
        log_->add(analysed.faces);
        ++result.stream.frames;
        std::vector<Rect> hidden;
        if (options_.analyse_only) return hidden;
        FramePtr erased = pass.erase(analysed, hidden);
        if (!hidden.empty()) ++result.stream.frames_masked;
        still::copy_samples(view_of(*erased), file_.pixels());
        if (hashes_) hashes_->frame(0, std::move(erased), true);
        return hidden;
    }

    still::StillFile& file_;
    const Options& options_;
    const std::atomic<bool>& cancel_;
    std::optional<HashSink> hashes_;
    std::optional<TrackRecorder> log_;
    int last_track_ = 0;
    bool any_hidden_ = false;
    bool sizes_differ_ = false;
};

/// --verify sees what libav sees.
void check_verifiable(const still::StillFile& file, const std::string& name) {
    if (file.codec() == "heic")
        throw std::invalid_argument("--verify reads the result again with libav, which cannot read HEIC: leave it out for " + name + ", or convert the picture first");
    if (file.pages() > 1)
        throw std::invalid_argument("--verify reads the result again with libav, which sees only the first of the " + std::to_string(file.pages()) + " pictures in " + name +
                                    ": leave it out, or take the pictures apart first");
}

}  // namespace

still::Bytes read_still(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    still::Bytes bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file.good() && !file.eof()) throw std::runtime_error("cannot read " + path);
    return bytes;
}

StillResult process_still(still::Kind kind, still::Bytes bytes, const std::string& name, const Options& options,
                          const std::function<void(const std::string&)>& warn, const std::atomic<bool>& cancel, std::ostream* hashes) {
    const still::Policy policy{name, drops(options, "metadata"), drops(options, "gps"), options.max_pixels, warn};
    const auto file = still::open_still(kind, bytes, policy);
    if (options.verify) check_verifiable(*file, name);
    StillResult result;
    PageLoop pages(*file, options, cancel, hashes);
    const std::vector<Rect> hidden = pages.run(result);
    const bool enough = face_count(result.stream.tracks) >= static_cast<std::size_t>(std::max(0, options.expect_faces));
    if (options.analyse_only || options.hash || !enough) return result;
    if (cancel) throw Cancelled("stopped");
    const bool as_it_was = !pages.any_hidden() && !file->took_out() && !policy.drop_metadata && !policy.drop_gps;
    result.file = as_it_was ? std::move(bytes) : file->write(hidden);
    if (cancel) throw Cancelled("stopped");
    return result;
}

}  // namespace invisiblur::av
