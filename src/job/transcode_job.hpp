#pragma once
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/atomic_file.hpp"
#include "base/signature.hpp"
#include "invisiblur/transcode.hpp"
#include "job/exchange/box_formats.hpp"
#include "job/first_pass.hpp"
#include "job/person_finder.hpp"
#include "job/render_pass.hpp"
#include "job/shard/long_file.hpp"
#include "job/splice/unchanged.hpp"
#include "job/unpacked_film.hpp"
#include "media/sound/sound_plan.hpp"
#include "media/write/frame_sink.hpp"
#include "still/still_kind.hpp"

namespace invisiblur {
class BoxFollower;
}

namespace invisiblur::av {

struct LookedThrough;
struct LiveTally;

/// What a video stream's faces are besides those that are found. Null where there are none.
struct GivenBoxes {
    std::shared_ptr<const Tracks> instead;  ///< of all faces: nothing is looked for
    std::shared_ptr<const Tracks> besides;
    std::vector<Tracker::Doubt> doubts;
};

/// One input's way through the passes to its output: what transcode() does.
/// Threads: one thread at a time; run() once.
class Transcoding {
public:
    Transcoding(const TranscodeJob& job, Progress& progress, std::ostream* hashes);

    Report run();

private:
    bool writes_file() const { return !job_.options.hash && !job_.options.analyse_only; }
    bool copies() const { return writes_file() && job_.options.copy_unchanged; }
    bool wants_identity() const { return job_.identify || !job_.options.report.empty(); }
    Reader::Sizes sizes() const { return rereadable_ ? Reader::Sizes::ask : Reader::Sizes::first; }
    /// What libav opens.
    const std::string& film() const { return unpacked_ ? unpacked_->path() : job_.input; }
    bool writes_webp() const;
    void check_webp_options() const;
    int choose_passes() const;
    void prepare_output(const Reader& reader);
    void check_tracks();
    bool follows() const;
    bool looks_through() const { return follows_ || !job_.options.boxes_in.empty(); }
    int pass(int number) const { return number + (looks_through() ? 1 : 0); }
    /// The number of the pass that writes.
    int pass_that_writes() const { return pass(passes_) + (looks_for_persons_ ? 1 : 0); }
    int all_passes() const { return pass_that_writes() + (job_.options.landmarks_out.empty() ? 0 : 1) + (job_.options.verify ? 1 : 0); }
    void look_through();
    void take_followed(std::size_t video, const BoxFollower& follower, const std::vector<const Track*>& asked, const std::shared_ptr<Tracks>& given);
    FilmFacts film_facts(std::size_t video, std::span<const std::int64_t> frame_pts) const;
    void take_boxes_in(const LookedThrough& known);
    void find_landmarks();
    void note_frame_pts(const std::vector<std::unique_ptr<FaceStage>>& stages);
    using AddFile = std::function<void(const std::string& path, const std::string& text)>;
    void add_exchange_files(const AddFile& add);
    void add_report(const AddFile& add) const;
    void give_boxes(std::vector<AnalysisStart>& starts) const;
    void keep_fields(Track& track, const Tracks* given) const;
    void note_given();
    std::vector<Options> options_per_stream(const Reader& reader) const;
    void picture_pass();
    void first_pass();
    void prepare_persons();
    void find_persons();
    void sort_out(std::size_t video, const std::vector<FoundPerson>& found);
    Options options_of_stream(std::size_t video) const;
    void note_given_persons(std::size_t video);
    void check_rereadable() const;
    void check_camera() const;
    void note_people(std::size_t video);
    void hold_people();
    void take_analyses();
    void last_pass();
    bool is_live_job() const;
    void check_live() const;
    void live_pass();
    void note_live(const LiveTally& tally);
    void join_pass();
    std::unique_ptr<FrameSink> make_piece_sink(const Reader& reader);
    void check_encoders(const std::vector<std::unique_ptr<Encoder>>& encoders, const JoinedShards& pieces) const;
    std::unique_ptr<FrameSink> make_sink(const Reader& reader);
    std::unique_ptr<FrameSink> make_last_sink(const Reader& reader);
    std::unique_ptr<FrameSink> make_webp_sink(const Reader& reader);
    void plan_copies(Reader& reader, const std::vector<std::unique_ptr<FaceStage>>& stages);
    std::unique_ptr<FrameSink> make_join_sink(const Reader& reader, const AVOutputFormat& container, std::vector<Cover> covers);
    std::vector<std::unique_ptr<FaceStage>> make_stages(const Reader& reader, const std::vector<Options>& options) const;
    void describe_streams(const Reader& reader);
    void note_analyses();
    void note_rendered(const std::vector<RenderedStream>& counts, const std::vector<std::unique_ptr<FaceStage>>& stages);
    bool has_enough_faces() const;
    void read_again(const SentRecord& sent, bool damaged_source = false);
    void read_again(const still::Bytes& picture);
    void verify_result();
    void note_sound(const SentRecord& sent);
    void note_damage(const Reader& reader);
    bool is_safe() const { return !report_.verify || report_.verify->passed; }
    void save_plate(const Plate& plate, const AVFrame& like);
    void identify();
    void complete();
    void publish();
    void warn(const std::string& sentence);

    const TranscodeJob job_;
    Progress& progress_;
    std::ostream* hashes_;
    const SoundPlan sound_;
    bool rereadable_;
    still::Kind still_;  ///< none where the input is no picture file
    std::unique_ptr<UnpackedFilm> unpacked_;  ///< of animations that libav cannot read
    LongFile long_;
    bool follows_;  ///< boxes, through the film
    int passes_;    ///< besides the one that looks through
    bool looks_for_persons_;  ///< in a pass of its own before the last one
    ProgressMeter meter_;
    Report report_;
    std::future<std::string> sha256_;
    std::optional<SigningKey> key_;  ///< with --sign
    std::unique_ptr<OutputFile> file_;
    std::unique_ptr<PendingFile> piece_;    ///< instead, with --segment
    std::unique_ptr<Unchanged> unchanged_;  ///< with --copy-unchanged
    std::vector<CopyPlan> copy_plans_;
    std::vector<GivenBoxes> given_;  ///< of each video stream, or none
    std::unique_ptr<PersonFinder> persons_;  ///< until they are found
    std::vector<std::shared_ptr<const Analysis>> analyses_;
    std::vector<std::vector<std::int64_t>> frame_pts_;  ///< of each video stream, where an option asks for it
    std::vector<std::string> landmarks_;                ///< likewise, the text of its file
    int plates_saved_ = 0;
};

/// The plate file of the n-th shot with a face, from 1: the given name for the first, "name_2.png" for the second.
std::string plate_path(const std::string& path, int number);

}  // namespace invisiblur::av
