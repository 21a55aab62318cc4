#include "job/still_pass.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
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
#include "track/track_recorder.hpp"

namespace invisiblur::av {
namespace {

constexpr int kLooksPerSecond = 25;

/// What counts for one picture: nothing was seen before or after it, so that only a picture of the user's tells what is behind.
Options still_options(const Options& options, int looks) {
    Options one = options;
    if (one.plate == "auto" || one.plate == "first") one.plate = "none";
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

/// What all looks together found.
class Looks {
public:
    void add(const FrameRecord& frame) {
        if (frame.plate) plate_ = frame.plate;
        for (const TrackedFace& face : frame.faces) {
            const auto [place, is_new] = faces_.try_emplace(face.track, face);
            TrackBox& box = place->second.box;
            if (!is_new) box.box = united(box.box, face.box.box);
            if (face.box.score >= box.score) box.score = face.box.score, box.from = face.box.from;
            box.pts = 0;
        }
    }

    FrameRecord result(PicturePtr picture) const {
        FrameRecord frame = record_of(std::move(picture));
        frame.plate = plate_;
        for (const auto& [track, face] : faces_) frame.faces.push_back(face);
        return frame;
    }

private:
    std::map<int, TrackedFace> faces_;
    std::shared_ptr<const PlateSource> plate_;
};

PicturePtr look_number(const AVFrame& frame, int number) {
    FramePtr copy = make_frame_reference(frame);
    copy->pts = number;
    return make_picture(std::move(copy));
}

/// Doubts of a picture: only what was dropped is one. All the others are about time.
std::vector<DoubtfulPlace> doubtful_places(const FaceStage& stage) {
    std::vector<DoubtfulPlace> places;
    for (const Tracker::Doubt& doubt : stage.doubts())
        if (std::string_view(doubt.why).find("dropped") != std::string_view::npos) places.push_back({doubt.track, 0, 0, doubt.why, doubt.box});
    return places;
}

class StillPass {
public:
    StillPass(still::StillFile& file, const Options& options, const std::atomic<bool>& cancel)
        : file_(file), cancel_(cancel), frame_(frame_of(file.pixels())) {
        const int degrees = still::upright_degrees(file.orientation());
        shape_ = {frame_->width, frame_->height, degrees, 1, kLooksPerSecond, kLooksPerSecond};
        looks_ = options.tracks.empty() ? looks_for(shape_, options) : 1;
        options_ = still_options(options, looks_);
    }

    FrameRecord analyse(StillResult& result) const {
        const auto stage = make_live_stage(options_, shape_);
        Looks looks;
        const auto take = [&] {
            while (const auto frame = stage->pop()) looks.add(*frame);
        };
        for (int i = 0; i < looks_; ++i) {
            if (cancel_) throw Cancelled("stopped");
            stage->push(look_number(*frame_, i));
            take();
        }
        stage->finish();
        take();
        result.detector = stage->detector();
        result.stream.doubtful = doubtful_places(*stage);
        return looks.result(look_number(*frame_, 0));
    }

    /// The frame without faces; the rectangles in which nothing of it may stay.
    FramePtr erase(const FrameRecord& analysed, std::vector<Rect>& hidden) const {
        const FaceAreas areas(options_, shape_);
        for (const FaceArea& area : areas.of_frame(analysed.faces, 0, analysed.picture->view(), false)) hidden.push_back(area.core);
        FramePool frames;
        return erased_frame(Compositor(options_, shape_), analysed, frames);
    }

    const StreamShape& shape() const { return shape_; }

private:
    still::StillFile& file_;
    const std::atomic<bool>& cancel_;
    FramePtr frame_;
    StreamShape shape_;
    int looks_ = 1;
    Options options_;
};

StreamReport described(const StreamShape& shape, const FrameRecord& analysed, const std::string& codec) {
    StreamReport stream;
    TrackRecorder log(shape);
    log.add(analysed.faces);
    stream.codec_in = stream.codec_out = codec;
    stream.frames = 1;
    stream.tracks = log.tracks();
    return stream;
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
    if (options.verify && file->codec() == "heic")
        throw std::invalid_argument("--verify reads the result again with libav, which cannot read HEIC: leave it out for " + name + ", or convert the picture first");
    const StillPass pass(*file, options, cancel);
    StillResult result;
    const FrameRecord analysed = pass.analyse(result);
    std::vector<DoubtfulPlace> doubtful = std::move(result.stream.doubtful);
    result.stream = described(pass.shape(), analysed, file->codec());
    result.stream.doubtful = std::move(doubtful);
    const bool enough = result.stream.tracks.tracks.size() >= static_cast<std::size_t>(std::max(0, options.expect_faces));
    if (options.analyse_only || !enough) return result;
    std::vector<Rect> hidden;
    FramePtr erased = pass.erase(analysed, hidden);
    result.stream.frames_masked = hidden.empty() ? 0 : 1;
    if (options.hash) {
        if (!hashes) throw std::invalid_argument("--hash needs a stream to print to");
        HashSink sink(*hashes);
        sink.frame(0, std::move(erased), true);
        sink.finish();
        return result;
    }
    if (cancel) throw Cancelled("stopped");
    still::copy_samples(view_of(*erased), file->pixels());
    const bool as_it_was = hidden.empty() && !file->took_out() && !policy.drop_metadata && !policy.drop_gps;
    result.file = as_it_was ? std::move(bytes) : file->write(hidden);
    if (cancel) throw Cancelled("stopped");
    return result;
}

}  // namespace invisiblur::av
