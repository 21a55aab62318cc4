#include "job/transcode_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/atomic_file.hpp"
#include "base/cpu_budget.hpp"
#include "base/fault_point.hpp"
#include "base/heap.hpp"
#include "base/sha256.hpp"
#include "base/signal_shield.hpp"
#include "erase/mark/mark_painter.hpp"
#include "image/opencv_threads.hpp"
#include "invisiblur/error.hpp"
#include "job/cover_maker.hpp"
#include "job/record/side_files.hpp"
#include "job/sound/sound_options.hpp"
#include "job/splice/splice_sink.hpp"
#include "job/still_pass.hpp"
#include "job/verify_pass.hpp"
#include "media/libav/losses.hpp"
#include "media/read/picture_file.hpp"
#include "media/write/filtering_sink.hpp"
#include "media/write/picture_sink.hpp"
#include "media/write/result_check.hpp"
#include "options/hidden_classes.hpp"
#include "still/still_file.hpp"
#include "track/track_choice.hpp"
#include "track/track_recorder.hpp"

namespace invisiblur::av {
namespace {

/// Only the plate of all frames needs a pass of its own when the faces are known.
bool needs_plate(const Options& options) {
    return options.plate == "auto" && (options.fill == "scene" || options.fill == "smooth");
}

/// Those that are hidden and those that are left, in order of their numbers.
Tracks all_tracks(const StreamReport& stream) {
    Tracks all = spilled_copy(stream.tracks);
    std::ranges::move(spilled_copy(stream.left).tracks, std::back_inserter(all.tracks));
    std::ranges::stable_sort(all.tracks, {}, &Track::id);
    return all;
}

/// Before any file is opened that an option names.
const TranscodeJob& checked(const TranscodeJob& job) {
    check_options(job.options);
    check_marks(job.options);
    return job;
}

OutputFile::Existing existing_policy(const Options& options) {
    return options.overwrite && !options.never_overwrite ? OutputFile::Existing::replace : OutputFile::Existing::refuse;
}

}  // namespace

std::string plate_path(const std::string& path, int number) {
    if (number == 1) return path;
    const std::filesystem::path file = path;
    return (file.parent_path() / fmt::format("{}_{}{}", file.stem().string(), number, file.extension().string())).string();
}

Transcoding::Transcoding(const TranscodeJob& job, Progress& progress, std::ostream* hashes)
    : job_(checked(job)),
      progress_(progress),
      hashes_(hashes),
      sound_(make_sound_plan(job.options)),
      rereadable_(is_regular_file(job.input)),
      still_(still::kind_of_file(job.input)),
      unpacked_(still_ == still::Kind::none ? UnpackedFilm::of(job.input, job.options) : nullptr),
      long_(job, progress.cancel),
      follows_(follows()),
      passes_(choose_passes()),
      looks_for_persons_(looks_for_persons(job.options)),
      meter_(progress, all_passes()) {
    report_.source = job.input;
    report_.passes = pass(passes_);
}

int Transcoding::choose_passes() const {
    const Options& o = job_.options;
    if (looks_for_persons(o) && (still_ != still::Kind::none || !rereadable_))
        throw std::invalid_argument(fmt::format("--persons, --keep-person and --hide-person look at all faces of a film before anything is written, which needs two passes "
                                                "over a film's file, and {} is not read so", job_.input));
    if (hides_people(o)) check_rereadable();
    if (still_ != still::Kind::none) return 1;
    if (o.passes == "2" && !rereadable_) throw std::invalid_argument(fmt::format("--passes 2 reads {} twice, which only a file allows", job_.input));
    if (!o.save_plate.empty() && (!rereadable_ || o.passes == "1"))
        throw std::invalid_argument("--save-plate needs two passes over a file: only the whole film shows what stands behind");
    if (!o.landmarks_out.empty() && !rereadable_)
        throw std::invalid_argument(fmt::format("--landmarks-out reads {} once more, which only a file allows", job_.input));
    if (o.copy_unchanged && !rereadable_)
        throw std::invalid_argument(fmt::format("--copy-unchanged reads {} twice, which only a file allows", job_.input));
    if (looks_through()) {
        const char* const what = !o.boxes_in.empty() ? "--boxes-in" : o.follow.empty() ? "a track of --tracks with \"follow\"" : "--follow";
        if (!rereadable_) throw std::invalid_argument(fmt::format("{} needs {} to be read before anything is hidden, which only a file allows: save it first", what, job_.input));
        if (o.passes == "1") throw std::invalid_argument(fmt::format("{} must know its way before anything is written: leave --passes 1 out", what));
        return o.analyse_only ? 1 : 2;
    }
    if (o.analyse_only || o.passes == "1" || long_.knows_all() || long_.joins()) return 1;
    if (o.copy_unchanged || hides_people(o)) return 2;
    if (!o.tracks.empty() && !needs_plate(o) && o.save_plate.empty() && !looks_for_persons(o)) return 1;
    return rereadable_ ? 2 : 1;
}

void Transcoding::warn(const std::string& sentence) {
    if (std::find(report_.warnings.begin(), report_.warnings.end(), sentence) != report_.warnings.end()) return;
    report_.warnings.push_back(sentence);
    progress_.warn(sentence);
}

Report Transcoding::run() {
    const SignalShield shield;
    const Options& o = job_.options;
    const CpuBudget budget(o.threads);
    const OpencvThreads bound(o.threads);
    check_live();
    check_side_files(job_);
    if (writes_file()) check_output(job_.input, job_.output, existing_policy(o));
    if (o.verify) check_output(job_.input, unsafe_name(job_.output), existing_policy(o));
    identify();
    if (!o.tracks.empty()) check_tracks();
    prepare_persons();
    if (still_ != still::Kind::none) {
        picture_pass();
    } else {
        if (looks_through()) look_through();
        if (long_.knows_all()) take_analyses();
        else if (passes_ == 2 || o.analyse_only) first_pass();
        if (is_live_job()) live_pass();
        else if (has_enough_faces() && !o.analyse_only) long_.joins() ? join_pass() : last_pass();
    }
    report_.faces_expected_met = has_enough_faces();
    if (still_ == still::Kind::none && report_.faces_expected_met) find_landmarks();
    if (o.verify && report_.faces_expected_met) verify_result();
    complete();
    publish();
    return std::move(report_);
}

std::vector<Options> Transcoding::options_per_stream(const Reader& reader) const {
    std::vector<Options> options;
    for (std::size_t i = 0; i < reader.videos().size(); ++i) options.push_back(options_of_stream(i));
    // A plate is learned from the whole file, and of a search only where something is made of it.
    const Options& asked = job_.options;
    const bool needless = asked.plate == "auto" && asked.save_analysis.empty() && asked.save_plate.empty() && !hides_people(asked);
    if (asked.analyse_only && (long_.is_stretch() || needless))
        for (Options& o : options) o.plate = "none";
    // What --follow names is hidden whichever tracks are chosen from a file.
    for (std::size_t i = 0; i < given_.size() && i < options.size(); ++i) {
        if (options[i].only_tracks.empty() || !given_[i].besides) continue;
        for (const Track& track : given_[i].besides->tracks) options[i].only_tracks.push_back(track.id);
    }
    return options;
}

/// Finds out before the long first pass whether the result can be written at all.
void Transcoding::prepare_output(const Reader& reader) {
    after_filters(reader.videos(), job_.options);
    if (!writes_file() || file_) return;
    if (writes_webp()) {
        check_webp_options();
        file_ = std::make_unique<OutputFile>(job_.output, existing_policy(job_.options));
        return;
    }
    const AVOutputFormat& container = choose_container(job_.output, job_.options, reader.container());
    const auto encoders = make_encoders(reader, &container, job_.options);
    for (std::size_t i = 0; i < encoders.size() && copies(); ++i) {
        const VideoStream& video = reader.videos()[i];
        check_spliceable(*reader.container().streams[video.index], video, encoders[i]->context(), container);
    }
    for (const std::string& loss : find_losses(reader, container, encoders, job_.options)) {
        if (job_.options.strict) throw std::runtime_error(loss + "; name another container with --format or leave --strict out");
        warn(loss);
    }
    file_ = std::make_unique<OutputFile>(job_.output, existing_policy(job_.options));
    if (job_.options.verify && file_->streams())
        throw std::invalid_argument(fmt::format("--verify reads the result again, which {} does not allow: give -o a file", file_->name()));
}

void Transcoding::first_pass() {
    Reader reader(film(), job_.options, progress_.cancel, Reader::Streams::video_only, copies() ? Reader::Coded::yes : Reader::Coded::no, sizes());
    describe_streams(reader);
    prepare_output(reader);
    long_.limit(reader);
    std::int64_t total = 0;
    for (std::size_t i = 0; i < reader.videos().size(); ++i) total += long_.frames(i, reader.videos()[i].frames_total);
    meter_.begin_pass(pass(1), total);
    ShotPlates::Show show;
    if (!job_.options.save_plate.empty()) {
        show = [this, like = reader.videos()[0].first.get()](const Plate& plate) { save_plate(plate, *like); };
    }
    std::function<void(const AVPacket&)> note;
    if (copies()) {
        unchanged_ = std::make_unique<Unchanged>(reader);
        note = [this](const AVPacket& packet) { unchanged_->note(packet); };
    }
    std::vector<AnalysisStart> starts = long_.starts(reader.videos().size());
    give_boxes(starts);
    analyses_ = analyse(reader, options_per_stream(reader), meter_, progress_.cancel, show, note, {std::move(starts), long_.analysed_pts()});
    trim_heap();
    for (std::size_t i = 0; i < analyses_.size(); ++i) analyses_[i] = long_.own_part(i, std::move(analyses_[i]));
    if (job_.options.analyse_only) note_damage(reader);
    find_persons();
    check_camera();
    if (show && plates_saved_ == 0) warn("--save-plate: no face is hidden with a plate, so there is none to save");
    note_analyses();
    note_given();
    hold_people();
}

/// What an earlier run learned of the whole file stands for a first pass.
void Transcoding::take_analyses() {
    const Reader reader(film(), job_.options, progress_.cancel, Reader::Streams::video_only);
    describe_streams(reader);
    long_.match(reader);
    analyses_ = long_.analyses();
    check_camera();
    note_analyses();
}

void Transcoding::last_pass() {
    Reader reader(film(), job_.options, progress_.cancel, long_.is_stretch() ? Reader::Streams::video_only : Reader::Streams::all,
                  copies() ? Reader::Coded::yes : Reader::Coded::no, sizes());
    describe_streams(reader);
    long_.limit(reader);
    if (!long_.writes_piece()) prepare_output(reader);
    const std::vector<Options> options = options_per_stream(reader);
    const auto stages = make_stages(reader, options);
    if (unchanged_) plan_copies(reader, stages);
    const auto sink = make_sink(reader);
    std::int64_t total = 0;
    for (std::size_t i = 0; i < stages.size(); ++i) total += analyses_.empty() ? reader.videos()[i].frames_total : long_.frames(i, *analyses_[i]);
    meter_.begin_pass(pass_that_writes(), total);
    note_rendered(render(reader, stages, options, *sink, meter_, progress_.cancel), stages);
    if (const SentRecord* sent = sink->sent()) read_again(*sent, !reader.damage().empty());
    note_damage(reader);
    if (reader.clock_jumps() > 0) warn("the source's clock jumps back, as in files joined with cat; the result's time goes on without the jump");
}

/// A picture file stays what it is: it is worked on as a whole, and its format is its container and codec.
void Transcoding::picture_pass() {
    const Options& o = job_.options;
    if (looks_through() || !(o.boxes_out.empty() && o.spans_out.empty() && o.landmarks_out.empty()))
        throw std::invalid_argument(fmt::format("{} is a picture, and --follow, --boxes-in, --boxes-out, --spans-out and --landmarks-out are for videos: give --region, --tracks or --save-tracks", job_.input));
    if (sound_.changes_sound() || sound_.without_words)
        throw std::invalid_argument(fmt::format("{} is a picture and has no sound: leave --voice, --mute, --beep and --words out", job_.input));
    if (writes_file() && still_ != still::Kind::refused && (!still::fits_name(still_, job_.output) || !o.format.empty()))
        throw std::invalid_argument(fmt::format("{} is {}, and its result is one, too: name the output so, leave --format out, and convert the result with another program",
                                                job_.input, still::describe(still_)));
    if (writes_file()) file_ = std::make_unique<OutputFile>(job_.output, existing_policy(o));
    if (!o.save_plate.empty()) warn("--save-plate: a single picture shows nothing of what is behind a face, so there is no plate to save");
    meter_.begin_pass(1, 1);
    StillResult result = process_still(still_, read_still(job_.input), job_.input, o, [this](const std::string& s) { warn(s); }, progress_.cancel, hashes_);
    report_.detector = result.detector;
    report_.streams.push_back(std::move(result.stream));
    if (file_) file_->write(result.file);
    if (file_ && !result.file.empty()) read_again(result.file);
    meter_.count_frame(static_cast<int>(report_.streams[0].tracks.tracks.size()));
    meter_.end_pass();
}

std::vector<std::unique_ptr<FaceStage>> Transcoding::make_stages(const Reader& reader, const std::vector<Options>& options) const {
    std::vector<std::unique_ptr<FaceStage>> stages;
    if (!analyses_.empty() && analyses_.size() != reader.videos().size()) throw std::runtime_error(job_.input + " changed while it was read");
    for (std::size_t i = 0; i < options.size(); ++i) {
        const StreamShape& shape = reader.videos()[i].shape;
        stages.push_back(analyses_.empty() ? make_live_stage(options[i], shape) : long_.make_stage(options[i], shape, i, analyses_[i]));
    }
    return stages;
}

std::unique_ptr<FrameSink> Transcoding::make_sink(const Reader& reader) {
    auto sink = make_last_sink(reader);
    if (job_.options.vf_after.empty()) return sink;
    return std::make_unique<FilteringSink>(std::move(sink), reader.videos(), job_.options);
}

std::unique_ptr<FrameSink> Transcoding::make_last_sink(const Reader& reader) {
    if (job_.options.hash) {
        if (!hashes_) throw std::invalid_argument("--hash needs a stream to print to");
        return std::make_unique<HashSink>(*hashes_);
    }
    if (writes_webp()) return make_webp_sink(reader);
    if (long_.writes_piece()) return make_piece_sink(reader);
    const Warn tell = [this](const std::string& s) { warn(s); };
    const AVOutputFormat& container = choose_container(job_.output, job_.options, reader.container());
    if (unchanged_) return make_join_sink(reader, container, make_covers(reader.container(), container, job_.options, tell));
    auto encoders = make_encoders(reader, &container, job_.options);
    for (std::size_t i = 0; i < encoders.size(); ++i) report_.streams[i].codec_out = encoders[i]->context().codec->name;
    auto covers = make_covers(reader.container(), container, job_.options, tell);
    const FileLayout layout = find_layout(film(), reader.container());
    auto sink = std::make_unique<MuxSink>(*file_, container, reader, std::move(encoders), std::move(covers), layout, sound_, job_.options, tell);
    if (progress_.wants_pictures()) return std::make_unique<PictureSink>(std::move(sink), progress_);
    return sink;
}

/// What is only copied is not even decoded, unless plates are made from neighbouring frames as they go by.
void Transcoding::plan_copies(Reader& reader, const std::vector<std::unique_ptr<FaceStage>>& stages) {
    copy_plans_ = unchanged_->plans(analyses_, job_.options);
    for (std::size_t i = 0; i < copy_plans_.size(); ++i) {
        StreamReport& stream = report_.streams[i];
        stream.frames_copied = copy_plans_[i].copied;
        if (!copy_plans_[i].obstacle.empty())
            warn(fmt::format("--copy-unchanged: all of stream {} is encoded anew, because {}", stream.stream, copy_plans_[i].obstacle));
    }
    const bool can_skip = std::all_of(stages.begin(), stages.end(), [](const auto& stage) { return stage->can_skip(); });
    if (can_skip) reader.leave_undecoded(unchanged_->undecoded(copy_plans_, analyses_));
}

std::unique_ptr<FrameSink> Transcoding::make_join_sink(const Reader& reader, const AVOutputFormat& container, std::vector<Cover> covers) {
    const Warn tell = [this](const std::string& s) { warn(s); };
    auto sink = std::make_unique<SpliceSink>(*file_, container, reader, unchanged_->scans(), std::move(copy_plans_), std::move(covers),
                                           find_layout(film(), reader.container()), sound_, job_.options, tell);
    for (std::size_t i = 0; i < report_.streams.size(); ++i) report_.streams[i].codec_out = sink->encoder_name(i);
    return sink;
}

/// The next shot's plate of the first video stream: FILE, FILE_2, FILE_3, …
void Transcoding::save_plate(const Plate& plate, const AVFrame& like) {
    const std::string path = plate_path(job_.options.save_plate, ++plates_saved_);
    std::error_code failed;
    if (std::filesystem::equivalent(path, job_.input, failed))
        throw std::invalid_argument(fmt::format("--save-plate: {} is the input: name another file", path));
    write_png_file(path, plate.image.view(), like);
}

/// Notes what was sent, and holds the file against it; what went into a pipe is gone.
void Transcoding::read_again(const SentRecord& sent, bool damaged_source) {
    note_sound(sent);
    if (file_->streams()) return;
    for (const std::string& remark : check_result({file_->written_path(), file_->name()}, sent, job_.options.threads, progress_.cancel, damaged_source)) warn(remark);
}

/// A picture file is opened by what reads its kind.
void Transcoding::read_again(const still::Bytes& picture) {
    file_->flush();
    if (file_->streams()) return;
    static_cast<void>(fault_at("reread", 0));
    try {
        if (read_still(file_->written_path()) != picture) throw std::runtime_error("the disk holds other bytes than were written");
        still::open_still(still_, picture, {.name = file_->name(), .max_pixels = job_.options.max_pixels});
    } catch (const std::exception& error) {
        throw std::runtime_error(fmt::format("{} was not kept, since it was not written whole: {}; try again", file_->name(), error.what()));
    }
}

/// The second opinion, while the result has no name yet.
void Transcoding::verify_result() {
    file_->flush();
    std::vector<Options> options;
    std::int64_t frames = 0;
    for (std::size_t i = 0; i < report_.streams.size(); ++i) {
        options.push_back(options_of_stream(i));
        frames += report_.streams[i].frames;
    }
    meter_.begin_pass(all_passes(), frames);
    const bool comparable = rereadable_ && job_.options.vf_after.empty();
    const auto packed = writes_webp() ? UnpackedFilm::of(file_->written_path(), job_.options) : nullptr;
    const VerifyTask task{comparable ? film() : "", packed ? packed->path() : file_->written_path(), job_.output};
    report_.verify = verify(task, options, report_.streams, meter_, progress_.cancel);
    if (!comparable)
        warn(fmt::format("--verify: the places of the faces are not compared with the source, since {}",
                         rereadable_ ? "--vf-after changes the pictures" : job_.input + " cannot be read again"));
}

/// All that can fail for want of room or rights fails before the result gets its name.
void Transcoding::publish() {
    const Options& o = job_.options;
    std::vector<PendingFile> sides;
    const auto add = [&](const std::string& path, const std::string& text) {
        sides.emplace_back(path);
        sides.back().write(text);
        sides.back().finish();
    };
    if (!o.save_tracks.empty() && report_.faces_expected_met) {
        for (std::size_t i = 0; i < report_.streams.size(); ++i) add(tracks_path(o.save_tracks, i), print_tracks(all_tracks(report_.streams[i])));
    }
    if (report_.faces_expected_met) add_exchange_files(add);
    if (!o.save_analysis.empty() && report_.faces_expected_met) long_.save(sides.emplace_back(o.save_analysis), analyses_);
    add_report(add);
    const bool stands = (file_ || piece_) && report_.faces_expected_met;
    if (stands && piece_) piece_->commit();
    if (stands && file_) is_safe() ? file_->commit() : file_->commit_unsafe();
    try {
        for (PendingFile& side : sides) side.commit();
    } catch (const std::exception& error) {
        if (!stands) throw;
        throw std::runtime_error(fmt::format("{} was written and is whole, but then: {}", job_.output, error.what()));
    }
}

}  // namespace invisiblur::av
