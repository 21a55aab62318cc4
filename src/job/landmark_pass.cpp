#include "job/landmark_pass.hpp"

#include <fmt/format.h>

#include <utility>

#include "detect/face_points.hpp"
#include "job/picture_feed.hpp"
#include "track/track_cursor.hpp"

namespace invisiblur::av {
namespace {

constexpr const char* kHeader =
    "frame,time_s,track,x,y,w,h,score,from,left_eye_x,left_eye_y,right_eye_x,right_eye_y,nose_x,nose_y,left_mouth_x,left_mouth_y,right_mouth_x,right_mouth_y,yaw,pitch,roll\n";

/// The points as they lie in the upright picture, whose size may be the other way round.
FacePoints upright(FacePoints points, const StreamShape& shape) {
    const auto w = static_cast<float>(shape.width), h = static_cast<float>(shape.height);
    for (FacePoint& p : points) {
        if (shape.rotation_degrees == 90) p = {h - p.y, p.x};
        if (shape.rotation_degrees == 180) p = {w - p.x, h - p.y};
        if (shape.rotation_degrees == 270) p = {p.y, w - p.x};
    }
    return points;
}

class Stream {
public:
    Stream(const Tracks& tracks, const StreamShape& shape)
        : shape_(shape), cursor_(std::shared_ptr<const Tracks>(std::shared_ptr<void>(), &tracks), shape.time_base_num, shape.time_base_den, {}, {}) {}

    void look(const Picture& picture, const FacePointFinder& finder) {
        std::vector<TrackedFace> faces = cursor_.at(picture.pts());
        std::erase_if(faces, [](const TrackedFace& face) { return face.text; });
        std::vector<Box> boxes;
        for (const TrackedFace& face : faces) boxes.push_back(face.box.box);
        const auto seen = finder.find(picture, boxes, shape_.rotation_degrees);
        const double time_s = static_cast<double>(picture.pts()) * static_cast<double>(shape_.time_base_num) / static_cast<double>(shape_.time_base_den);
        for (std::size_t i = 0; i < faces.size(); ++i) add_line(time_s, faces[i], seen[i]);
        ++frame_;
    }

    std::string text = kHeader;

private:
    void add_line(double time_s, const TrackedFace& face, const std::optional<SeenPoints>& seen) {
        const Box& b = face.box.box;
        text += fmt::format("{},{:.6f},{},{:.2f},{:.2f},{:.2f},{:.2f},{:.3f},{}", frame_, time_s, face.track, b.x, b.y, b.w, b.h, face.box.score, to_string(face.box.from));
        for (std::size_t i = 0; i < FacePoints().size(); ++i) text += seen ? fmt::format(",{:.2f},{:.2f}", seen->points[i].x, seen->points[i].y) : ",,";
        const bool turned = shape_.rotation_degrees % 180 != 0;
        const auto pose = seen ? head_pose(upright(seen->points, shape_), turned ? shape_.height : shape_.width, turned ? shape_.width : shape_.height) : std::nullopt;
        text += pose ? fmt::format(",{:.1f},{:.1f},{:.1f}\n", pose->yaw, pose->pitch, pose->roll) : std::string(",,,\n");
    }

    StreamShape shape_;
    TrackCursor cursor_;
    std::int64_t frame_ = 0;
};

}  // namespace

std::vector<std::string> landmarks_of(Reader& reader, const Options& options, const std::vector<const Tracks*>& tracks, ProgressMeter& meter, const std::atomic<bool>& cancel) {
    const FacePointFinder finder(options);
    std::vector<Stream> streams;
    for (std::size_t i = 0; i < tracks.size(); ++i) streams.emplace_back(*tracks[i], reader.videos().at(i).shape);
    const auto wants = [](std::size_t, const PicturePtr&) { return true; };
    feed_pictures(reader, cancel, wants, [&](std::size_t video, const PicturePtr& picture) {
        streams.at(video).look(*picture, finder);
        meter.count_frame(0);
        return true;
    });
    meter.end_pass();
    std::vector<std::string> texts;
    for (Stream& stream : streams) texts.push_back(std::move(stream.text));
    return texts;
}

}  // namespace invisiblur::av
