#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/geometry.hpp"
#include "job/exchange/hidden_spans.hpp"
#include "job/landmark_pass.hpp"
#include "job/look_through.hpp"
#include "job/record/side_files.hpp"
#include "job/transcode_job.hpp"
#include "options/follow_mark.hpp"
#include "pipeline/given_faces.hpp"
#include "track/follow_request.hpp"
#include "track/track_ids.hpp"

// What a job is given to hide besides what it finds, or in its place, and what must be read of the film before that can be used.

namespace invisiblur::av {
namespace {

bool file_asks_to_follow(const std::string& path) {
    const Tracks tracks = read_tracks_file(path);
    return std::ranges::any_of(tracks.tracks, asks_to_follow);
}

/// Whether a tracks file, or that of a further video stream, has tracks to follow.
bool files_ask_to_follow(const std::string& path) {
    if (path.empty()) return false;
    for (std::size_t video = 0; video == 0 || std::filesystem::exists(tracks_path(path, video)); ++video)
        if (file_asks_to_follow(tracks_path(path, video))) return true;
    return false;
}


/// What is to be followed in one video stream: tracks of its file that ask for it, then what --follow names.
struct Marks {
    std::vector<MarkedTrack> marked;
    std::vector<const Track*> asked;  ///< of the file, for the first of them
};

Marks marks_of(const Options& options, std::size_t video, const Tracks* given) {
    Marks marks;
    for (std::size_t i = 0; given && i < given->tracks.size(); ++i) {
        const Track& track = given->tracks[i];
        if (!asks_to_follow(track)) continue;
        marks.marked.push_back(marked_of(track, given->source, fmt::format("{}: track {}", options.tracks, track.id)));
        marks.asked.push_back(&track);
    }
    int id = given ? highest_id(*given) : 0;
    for (std::size_t i = 0; video == 0 && i < options.follow.size(); ++i) {
        const FollowMark mark = parse_follow_mark(options.follow[i]);
        marks.marked.push_back({++id, {{mark.time_s, {0, mark.box, 1, BoxSource::hand}}}, "--follow " + options.follow[i]});
    }
    return marks;
}

/// How many boxes show nothing of a picture. MOT says no size, but boxes of a larger picture give themselves away so.
std::int64_t boxes_outside(const Tracks& tracks, int width, int height) {
    const Box picture{0, 0, static_cast<float>(width), static_cast<float>(height)};
    std::int64_t count = 0;
    for (const Track& track : tracks.tracks) {
        for (const TrackBox& box : track.boxes) {
            const Box seen = intersect(box.box, picture);
            count += seen.w <= 0 || seen.h <= 0;
        }
    }
    return count;
}

/// The same boxes with numbers from `last` + 1 on.
GivenBoxes renumbered(const GivenBoxes& boxes, int last) {
    GivenBoxes moved = boxes;
    auto besides = std::make_shared<Tracks>(*boxes.besides);
    for (Track& track : besides->tracks) track.id += last;
    for (Tracker::Doubt& doubt : moved.doubts) doubt.track += last;
    moved.besides = std::move(besides);
    return moved;
}

}  // namespace

/// Tracks of another video would leave this one's faces where they are.
void Transcoding::check_tracks() {
    const Tracks given = read_tracks_file(job_.options.tracks);
    if (!sha256_.valid() || given.source.sha256.empty()) return;
    report_.source_sha256 = sha256_.get();
    if (report_.source_sha256 != given.source.sha256)
        throw std::invalid_argument(fmt::format("{} belongs to another video than {}: its SHA-256 is not this file's; analyse this video anew",
                                                job_.options.tracks, job_.input));
}

bool Transcoding::follows() const {
    return !job_.options.follow.empty() || files_ask_to_follow(job_.options.tracks);
}

/// What needs the film to be read before its faces are looked for.
void Transcoding::look_through() {
    const auto open = [this] {
        return std::make_unique<Reader>(film(), job_.options, progress_.cancel, Reader::Streams::video_only, Reader::Coded::no, sizes());
    };
    std::vector<std::shared_ptr<Tracks>> given;
    std::vector<Marks> marks;
    {
        const auto reader = open();
        describe_streams(*reader);
        const std::vector<Options> options = options_per_stream(*reader);
        std::int64_t total = 0;
        for (std::size_t i = 0; i < options.size(); ++i) {
            const VideoStream& video = reader->videos()[i];
            total += video.frames_total;
            given.push_back(options[i].tracks.empty() ? nullptr : std::make_shared<Tracks>(read_given_tracks(options[i], video.shape)));
            marks.push_back(marks_of(options[i], i, given[i].get()));
        }
        meter_.begin_pass(1, total);
    }
    const bool whole = !job_.options.boxes_in.empty();
    const LookedThrough known = invisiblur::av::look_through(open, [&](std::size_t i) { return marks.at(i).marked; }, whole, meter_, progress_.cancel);
    given_.resize(known.followers.size());
    for (std::size_t i = 0; i < known.followers.size(); ++i) take_followed(i, known.followers[i], marks[i].asked, given[i]);
    if (whole) take_boxes_in(known);
}

/// What --boxes-in names, by the frames that the film has.
void Transcoding::take_boxes_in(const LookedThrough& known) {
    const BoxFileName name = parse_box_file_name(job_.options.boxes_in);
    if (sha256_.valid()) report_.source_sha256 = sha256_.get();  // by which a file of another video is known
    for (std::size_t i = 0; i < given_.size(); ++i) {
        const BoxFileName own{tracks_path(name.path, i), name.format, name.named};
        auto boxes = std::make_shared<Tracks>(in_time_base(read_boxes_file(own, film_facts(i, known.frame_pts[i])), report_.streams[i].tracks.source));
        const TracksSource& source = report_.streams[i].tracks.source;
        if (const std::int64_t outside = boxes_outside(*boxes, source.width, source.height); outside > 0)
            warn(fmt::format("--boxes-in: {} {} of {} outside the picture of {}x{}: the file may be of a video of another size", outside,
                             outside == 1 ? "box" : "boxes", own.path + (outside == 1 ? " lies" : " lie"), source.width, source.height));
        // Those of --follow got the first numbers.
        const int last = highest_id(*boxes);
        if (given_[i].besides) given_[i] = renumbered(given_[i], last);
        given_[i].instead = std::move(boxes);
    }
}

FilmFacts Transcoding::film_facts(std::size_t video, std::span<const std::int64_t> frame_pts) const {
    const TracksSource& source = report_.streams[video].tracks.source;
    FilmFacts film;
    film.name = std::filesystem::path(job_.input).filename().string();
    film.sha256 = report_.source_sha256;
    film.width = source.width, film.height = source.height;
    film.time_base_num = source.time_base_num, film.time_base_den = source.time_base_den;
    film.frame_pts = frame_pts;
    if (frame_pts.size() > 1) {
        const double whole_s = static_cast<double>(frame_pts.back() - frame_pts.front()) * static_cast<double>(source.time_base_num) / static_cast<double>(source.time_base_den);
        if (whole_s > 0) film.frame_rate = static_cast<double>(frame_pts.size() - 1) / whole_s;
    }
    return film;
}

/// When the frames are shown that were hidden in, for files that count in frames.
void Transcoding::note_frame_pts(const std::vector<std::unique_ptr<FaceStage>>& stages) {
    for (std::size_t i = 0; i < report_.streams.size(); ++i)
        frame_pts_.push_back(i < analyses_.size() ? analyses_[i]->frame_pts : i < stages.size() ? stages[i]->frame_pts() : std::vector<std::int64_t>{});
}

/// The faces as the source shows them, in a pass of its own: a look at each face in each frame is more than the search for faces takes.
void Transcoding::find_landmarks() {
    if (job_.options.landmarks_out.empty()) return;
    Reader reader(film(), job_.options, progress_.cancel, Reader::Streams::video_only, Reader::Coded::no, sizes());
    std::vector<const Tracks*> tracks;
    std::int64_t frames = 0;
    for (const StreamReport& stream : report_.streams) {
        tracks.push_back(&stream.tracks);
        frames += stream.frames;
    }
    meter_.begin_pass(pass_that_writes() + 1, frames);
    landmarks_ = landmarks_of(reader, job_.options, tracks, meter_, progress_.cancel);
    warn(fmt::format("--landmarks-out: {} tells how each hidden face moves, which can tell whose it is: keep it as you keep the source", job_.options.landmarks_out));
}

/// --boxes-out, --spans-out and --landmarks-out, each with a file for each video stream.
void Transcoding::add_exchange_files(const AddFile& add) {
    const Options& o = job_.options;
    for (std::size_t i = 0; i < report_.streams.size() && i < frame_pts_.size(); ++i) {
        const FilmFacts film = film_facts(i, frame_pts_[i]);
        const Tracks& tracks = report_.streams[i].tracks;
        if (!o.boxes_out.empty()) {
            const BoxFileName name = parse_box_file_name(o.boxes_out);
            const PrintedBoxes printed = print_boxes(tracks, name.format, film);
            const std::string path = tracks_path(name.path, i);
            if (!printed.lost.empty()) warn(fmt::format("--boxes-out: {} cannot hold {}, for which the format {} has no place", path, printed.lost, to_string(name.format)));
            add(path, printed.text);
        }
        if (!o.spans_out.empty()) {
            const std::string path = tracks_path(o.spans_out, i);
            const std::vector<HiddenSpan> spans = hidden_spans(tracks, film);
            const std::string media = std::filesystem::path(report_.output.empty() || report_.output == "-" ? job_.input : report_.output).filename().string();
            add(path, path.ends_with(".eaf") ? print_eaf(spans, media) : print_webvtt(spans));
        }
        if (!o.landmarks_out.empty() && i < landmarks_.size()) add(tracks_path(o.landmarks_out, i), landmarks_[i]);
    }
}

/// Sorts what was followed: tracks of the file take the place of what they were, others are hidden besides.
void Transcoding::take_followed(std::size_t video, const BoxFollower& follower, const std::vector<const Track*>& asked, const std::shared_ptr<Tracks>& given) {
    int marked = given ? highest_id(*given) : 0;
    if (video == 0) marked += static_cast<int>(job_.options.follow.size());
    BoxFollower::Result result = follower.result(marked + 1);
    GivenBoxes& known = given_[video];
    known.doubts = std::move(result.doubts);
    std::vector<Track> again;
    auto besides = std::make_shared<Tracks>();
    besides->source = report_.streams[video].tracks.source;
    for (std::size_t i = 0; i < result.tracks.size(); ++i) {
        Track& track = result.tracks[i];
        const Track* origin = result.origin[i] < asked.size() ? asked[result.origin[i]] : nullptr;
        track.extra = followed_fields(origin ? origin->extra : "");
        track.kind = origin ? origin->kind : "object";
        if (origin) track.person = origin->person;
        (origin ? again : besides->tracks).push_back(std::move(track));
    }
    if (!besides->tracks.empty()) known.besides = std::move(besides);
    if (!given) return;
    // All in the stream's own time base, which the file need not have.
    auto all = std::make_shared<Tracks>(in_time_base(*given, report_.streams[video].tracks.source));
    std::erase_if(all->tracks, asks_to_follow);
    all->tracks.insert(all->tracks.end(), again.begin(), again.end());
    known.instead = std::move(all);
}

/// What a first pass is given, besides what its options say.
void Transcoding::give_boxes(std::vector<AnalysisStart>& starts) const {
    for (std::size_t i = 0; i < starts.size() && i < given_.size(); ++i) {
        starts[i].given = given_[i].instead;
        starts[i].followed = given_[i].besides;
    }
}

/// Tracks know no more than their boxes where they come out of an analysis; what else the given ones said of them is kept.
void Transcoding::keep_fields(Track& track, const Tracks* given) const {
    if (!given) return;
    const auto same = std::ranges::find(given->tracks, track.id, &Track::id);
    if (same == given->tracks.end()) return;
    track.extra = same->extra;
    if (track.kind.empty()) track.kind = same->kind;
    if (track.person == 0 && !looks_for_persons_) track.person = same->person;
}

void Transcoding::note_given() {
    for (std::size_t i = 0; i < given_.size(); ++i) {
        StreamReport& stream = report_.streams[i];
        for (Track& track : stream.tracks.tracks) {
            keep_fields(track, given_[i].instead.get());
            keep_fields(track, given_[i].besides.get());
        }
        const TracksSource& source = stream.tracks.source;
        const double unit_s = static_cast<double>(source.time_base_num) / static_cast<double>(source.time_base_den);
        for (const Tracker::Doubt& d : given_[i].doubts)
            stream.doubtful.push_back({d.track, static_cast<double>(d.first_pts) * unit_s, static_cast<double>(d.last_pts) * unit_s, d.why, d.box});
    }
}

}  // namespace invisiblur::av
