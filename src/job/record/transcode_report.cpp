#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "base/part_file.hpp"
#include "base/sha256.hpp"
#include "invisiblur/error.hpp"
#include "invisiblur/invisiblur.h"
#include "job/record/report_check.hpp"
#include "job/record/run_facts.hpp"
#include "job/transcode_job.hpp"
#include "track/track_kinds.hpp"
#include "track/track_recorder.hpp"

// What a job's Report says of it.

namespace invisiblur::av {
namespace {

void note_faces(StreamReport& stream, const Tracks& found, const std::vector<Tracker::Doubt>& doubts) {
    const TracksSource source = stream.tracks.source;
    const double unit_s = static_cast<double>(source.time_base_num) / static_cast<double>(source.time_base_den);
    stream.tracks = spilled_copy(found);
    stream.tracks.source = source;
    for (const Tracker::Doubt& doubt : doubts) {
        const double start_s = static_cast<double>(doubt.first_pts) * unit_s, end_s = static_cast<double>(doubt.last_pts) * unit_s;
        stream.doubtful.push_back({doubt.track, start_s, end_s, doubt.why, doubt.box});
    }
}

/// Whose masks were held over blank pictures, nobody saw there.
void doubt_damage(StreamReport& stream, const std::vector<DamagedStretch>& damaged) {
    const TracksSource& source = stream.tracks.source;
    const Box whole{0, 0, static_cast<float>(source.width), static_cast<float>(source.height)};
    for (const DamagedStretch& stretch : damaged)
        if (stretch.stream == stream.stream && stretch.frames > 0) stream.doubtful.push_back({0, stretch.start_s, stretch.end_s, "the source is damaged", whole});
}

/// "2024-05-01T12:00:00Z"
std::string utc_now() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
    return text;
}

}  // namespace

/// What the report says of the run before it runs.
void Transcoding::identify() {
    const Options& o = job_.options;
    report_.started = utc_now();
    if (!o.sign.empty() && !rereadable_)
        throw std::invalid_argument(fmt::format("--sign names the source by its SHA-256, and {} cannot be read again: save it first", job_.input));
    if (!o.sign.empty()) key_.emplace(o.sign);
    report_.options = effective_options(o);
    report_.program_version = invisiblur_version();
    report_.libraries = library_versions();
    if (wants_identity()) report_.file_sha256 = run_facts(o).sha256;
    const bool names_film = !o.tracks.empty() || !o.save_tracks.empty() || !o.boxes_in.empty() || !o.boxes_out.empty();
    if (rereadable_ && (wants_identity() || names_film))
        sha256_ = std::async(std::launch::async, [path = job_.input] { return sha256_file(path); });
}

/// And, where it is signed, signature and public key beside it.
void Transcoding::add_report(const AddFile& add) const {
    const std::string& path = job_.options.report;
    if (path.empty() || path == "-") return;
    const std::string text = print_report(report_);
    add(path, text);
    if (!key_) return;
    add(signature_path(path), key_->sign(text));
    add(public_key_path(path), key_->public_pem());
}

void Transcoding::describe_streams(const Reader& reader) {
    if (!report_.streams.empty()) return;
    for (const int index : reader.without_pictures()) {
        const std::string what = fmt::format("stream {} (video, {}) is left out: it holds no picture", index,
                                             avcodec_get_name(reader.container().streams[index]->codecpar->codec_id));
        if (job_.options.strict) throw std::runtime_error(what + "; leave --strict out to do the others");
        warn(what);
    }
    for (const VideoStream& video : reader.videos()) {
        StreamReport stream;
        stream.stream = video.index;
        stream.codec_in = avcodec_get_name(reader.container().streams[video.index]->codecpar->codec_id);
        stream.tracks.source.width = video.shape.width;
        stream.tracks.source.height = video.shape.height;
        stream.tracks.source.time_base_num = video.shape.time_base_num;
        stream.tracks.source.time_base_den = video.shape.time_base_den;
        report_.streams.push_back(std::move(stream));
    }
}

void Transcoding::note_analyses() {
    for (std::size_t i = 0; i < analyses_.size(); ++i) {
        const Analysis& analysis = *analyses_[i];
        StreamReport& stream = report_.streams[i];
        note_faces(stream, analysis.tracks, analysis.doubts);
        note_given_persons(i);
        note_people(i);
        stream.frames = analysis.frames;
        if (report_.detector.empty()) report_.detector = analysis.detector;
    }
    note_frame_pts({});
}

void Transcoding::note_rendered(const std::vector<RenderedStream>& counts, const std::vector<std::unique_ptr<FaceStage>>& stages) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
        StreamReport& stream = report_.streams[i];
        if (!analyses_.empty() && counts[i].frames != long_.frames(i, *analyses_[i]))
            throw std::runtime_error(fmt::format("{} changed while it was read: stream {} had {} frames, then {}", job_.input, stream.stream,
                                                 long_.frames(i, *analyses_[i]), counts[i].frames));
        stream.frames = counts[i].frames;
        stream.frames_masked = counts[i].frames_masked;
        stream.painted = counts[i].painted;
        if (!analyses_.empty()) continue;
        note_faces(stream, stages[i]->tracks(), stages[i]->doubts());
        note_given_persons(i);
        if (report_.detector.empty()) report_.detector = stages[i]->detector();
    }
    if (analyses_.empty()) note_frame_pts(stages);
}

/// What became of sound and words.
void Transcoding::note_sound(const SentRecord& sent) {
    report_.sound = sent.sound;
    report_.texts_cleaned = sent.texts_cleaned;
    if (sent.sound.empty()) return;
    report_.voices = sound_.voice == Voice::keep ? "kept" : sound_.voice == Voice::disguise ? "disguised" : "muted";
    if (sound_.voice == Voice::mute) return;
    for (const SoundSpan& span : sound_.spans) report_.silenced.push_back({span.start_s, span.end_s, span.beep});
}

/// What had to be blanked or left out.
void Transcoding::note_damage(const Reader& reader) {
    if (const std::string cut = reader.why_short(); !cut.empty()) warn(cut + "; the result ends there");
    report_.damaged = reader.damage();
    if (report_.damaged.empty()) return;
    std::int64_t frames = 0;
    for (const DamagedStretch& stretch : report_.damaged) frames += stretch.frames;
    for (StreamReport& stream : report_.streams) doubt_damage(stream, report_.damaged);
    const DamagedStretch& first = *std::ranges::min_element(report_.damaged, {}, &DamagedStretch::start_s);
    warn(fmt::format("{} is damaged in {} {}, from {} on ({}); {} {} blank{}", job_.input, report_.damaged.size(),
                     report_.damaged.size() == 1 ? "place" : "places", clock_text(first.start_s), first.why, frames, frames == 1 ? "frame is" : "frames are",
                     job_.options.report.empty() ? "; --report FILE lists them" : ""));
}

bool Transcoding::has_enough_faces() const {
    if (job_.options.expect_faces <= 0) return true;
    if (analyses_.empty() && report_.streams.empty()) return true;  // not known yet
    std::size_t faces = 0;
    for (const StreamReport& stream : report_.streams) faces += face_count(stream.tracks) + face_count(stream.left);
    return faces >= static_cast<std::size_t>(job_.options.expect_faces);
}

void Transcoding::complete() {
    if (sha256_.valid()) report_.source_sha256 = sha256_.get();
    for (StreamReport& stream : report_.streams) {
        stream.tracks.source.sha256 = report_.source_sha256;
        stream.tracks.source.frames = stream.frames;
    }
    if (piece_) report_.output = job_.output;
    if (file_ && report_.faces_expected_met) {
        file_->flush();
        report_.output = is_safe() ? job_.output : unsafe_name(job_.output);
        if (wants_identity() && !file_->streams()) report_.output_sha256 = sha256_file(file_->written_path());
    }
    report_.elapsed_s = meter_.elapsed_s();
    report_.finished = utc_now();
}

}  // namespace invisiblur::av
