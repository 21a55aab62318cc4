#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "detect/multi_scale_detector.hpp"
#include "erase/region/face_area.hpp"
#include "invisiblur/transcode.hpp"
#include "track/track_cursor.hpp"
#include "verify/finding_log.hpp"

namespace invisiblur {

/// What a second opinion must know of one video stream.
struct ResultFacts {
    int stream = 0;           ///< index in the source
    StreamShape source;       ///< boxes and regions are in its pixels
    StreamShape result;
    bool has_source = false;  ///< frames of the source come with the result's
    std::shared_ptr<const Tracks> hidden;  ///< the faces that were taken out
    std::shared_ptr<const Tracks> left;    ///< those that were left on purpose; may be null
};

/// Searches a finished video for faces by other means than those that took them out: dlib's HOG detector, CenterFace at another size and
/// threshold, and the detail of each hidden face's place against the source.
/// Errors:  as make_detector; std::runtime_error when a detector fails.
/// Threads: one thread at a time.
class SecondOpinion {
public:
    SecondOpinion(const Options& options, const ResultFacts& facts);

    /// The next frame, and the source's where it can be read again, else null.
    void look(const Picture& result, const Picture* source);

    std::vector<VerifyFinding> finish() { return log_.finish(); }
    std::int64_t looks() const { return looks_; }
    std::int64_t faces_compared() const { return faces_compared_; }
    std::vector<std::string> methods() const { return {hog_.detector_name(), network_.detector_name()}; }

private:
    /// One frame's places.
    struct Scene {
        const Picture& result;
        const Picture* source;
        std::vector<TrackedFace> hidden;
        std::vector<TrackedFace> left;
        std::vector<FaceArea> areas;
        std::vector<Rect> kept;
        double time_s = 0;
    };
    Scene scene_of(const Picture& result, const Picture* source);
    void search(const Scene& scene);
    void note(const Face& face, const std::string& method, const Scene& scene);
    std::optional<double> alike(const Scene& scene, const Box& box) const;
    bool shows_source(const Scene& scene, const Box& box) const;
    void compare(const Scene& scene);
    bool had_face(const Picture& source, const TrackedFace& face);
    Box in_source(const Box& box) const;
    Rect middle_in_result(const Box& box) const;

    ResultFacts facts_;
    MultiScaleDetector hog_;
    MultiScaleDetector network_;
    FaceAreas areas_;
    TrackCursor hidden_;
    TrackCursor left_;
    FindingLog log_;
    double seconds_per_pts_;
    float scale_x_;  ///< source pixels per result pixel
    float scale_y_;
    int frames_between_looks_;
    std::int64_t frame_ = 0;
    std::int64_t looks_ = 0;
    std::int64_t faces_compared_ = 0;
};

}  // namespace invisiblur
