#pragma once
#include <atomic>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "invisiblur/options.hpp"
#include "invisiblur/tracks.hpp"

namespace invisiblur {

/// How far a job is.
/// Units: frame counts from 0; frames_total is 0 where unknown; seconds of wall time.
struct ProgressStep {
    int pass = 1;
    int passes = 1;
    std::int64_t frame = 0;
    std::int64_t frames_total = 0;
    double elapsed_s = 0;
    double frames_per_second = 0;
    double left_s = -1;  ///< until all passes are done, as far as it can be guessed; -1: unknown
    int faces = 0;       ///< tracks known so far
};

/// Gets told how far a job is, and can stop it.
/// Threads: update() and picture() come from one thread at a time, not always the caller's; `cancel` may be set from any thread or a signal handler.
class Progress {
public:
    virtual ~Progress() = default;
    virtual void update(const ProgressStep&) {}
    virtual void warn(const std::string& sentence) = 0;

    /// Gets a frame of the result about once in two seconds, as a small JPEG file's bytes, where wants_pictures() is true.
    virtual void picture(const std::string& /*jpeg*/) {}
    virtual bool wants_pictures() const { return false; }
    std::atomic<bool> cancel{false};
};

/// Something a person should look at.
/// Units: seconds of the stream's own time; the box in pixels of the coded picture, at start_s.
struct DoubtfulPlace {
    int track = 0;
    double start_s = 0;
    double end_s = 0;
    std::string why;
    Box box = {};
    std::optional<double> distance = {};  ///< where whose face it is is in doubt: between descriptors, as PersonReport's
};

/// One of the persons that the faces of a file belong to, as far as one video stream shows them.
/// Units: confidence, how surely the tracks are one person's and nobody else's, 0 (a guess) to 1; 1 where a file says it.
///        distance, between descriptors of faces: about 0.35 within a person, 0.6 and more between two.
struct PersonReport {
    int person = 0;           ///< Track::person
    std::vector<int> tracks;  ///< in order of their beginnings
    double confidence = 0;
    bool left = false;  ///< stays visible
    std::optional<double> distance = {};  ///< to the nearest face of --keep-person's or --hide-person's photos
};

/// What a job did, for `--report`.
struct StreamReport {
    int stream = 0;  ///< index in the source
    std::string codec_in;
    std::string codec_out;
    std::int64_t frames = 0;
    std::int64_t frames_masked = 0;
    std::int64_t frames_copied = 0;  ///< with options.copy_unchanged: those whose packets are the source's
    Tracks tracks;  ///< of the faces that are hidden
    Tracks left;    ///< of those that persons were chosen to keep
    bool bodies = false;  ///< the people went with their faces (--hide people)
    std::vector<PersonReport> persons;  ///< in order of their numbers; empty where nobody asked for persons
    std::vector<DoubtfulPlace> doubtful;
    std::map<int, PaintedShare> painted;  ///< of each track; empty where another run painted
};

/// What of a damaged source could not be shown: blank frames stand there, or packets of another stream are missing.
/// Units: seconds of the source's own time.
struct DamagedStretch {
    int stream = 0;  ///< index in the source; -1: the file itself
    double start_s = 0;
    double end_s = 0;
    std::int64_t frames = 0;  ///< blank ones
    std::string why;
};

/// A face that --verify saw in the result, over the time in which it was seen without a long break.
/// Units: seconds of the result's own time; the box in pixels of the coded source picture, where it was seen best; looks, how often.
struct VerifyFinding {
    enum class Kind {
        remaining,  ///< where a face was hidden: it can still be seen, or its detail still stands there
        fresh,      ///< "new": in no track, so the first search missed it
        kept,       ///< deliberate: in a --keep-region, or of a track that --only-tracks or --except-tracks leaves
        doubtful,   ///< seen too briefly or too weakly to be believed
    };
    Kind kind = Kind::doubtful;
    std::string method;  ///< "hog", "centerface" or "detail"; several joined with '+'
    int stream = 0;      ///< index in the source
    int track = 0;       ///< of a face that remains or is kept; 0 where there is none
    double start_s = 0;
    double end_s = 0;
    int looks = 0;
    double score = 0;  ///< the highest: of a detector, or for "detail" the correlation with the source
    Box box = {};
};

/// What --verify found out.
struct VerifyReport {
    bool passed = true;               ///< nothing remains and nothing is new
    bool compared = false;            ///< with the source; a pipe cannot be read again
    std::vector<std::string> methods;  ///< names of the detectors
    std::int64_t frames = 0;          ///< that were read back
    std::int64_t looks = 0;           ///< of a detector at a whole picture
    std::int64_t faces_compared = 0;  ///< places of hidden faces that were held against the source
    std::vector<VerifyFinding> findings;
};

/// What became of a track of sound.
struct SoundReport {
    int stream = 0;  ///< index in the source
    std::string codec_in;
    std::string codec_out;
    std::int64_t packets_copied = 0;  ///< that are the source's, bit for bit
    std::int64_t packets_encoded = 0;
};

/// Where the source's sound is gone by --mute, --beep or --words.
/// Units: seconds from the file's time zero.
struct SilencedSpan {
    double start_s = 0;
    double end_s = 0;
    bool beep = false;  ///< a tone stands there
};

struct Report {
    std::string source;
    std::string output;         ///< "" where no file was written; NAME_unsafe.EXT where --verify found a face in it
    std::string source_sha256;  ///< "" for pipes, and where no report was asked for
    std::string output_sha256;  ///< likewise; "" where no file was written
    std::string program_version;
    std::string libraries;                           ///< versions of libav and OpenCV as linked at run time
    std::map<std::string, std::string> file_sha256;  ///< of files that took part, by option: "model", "tracks", "plate"
    std::string started;                             ///< "2024-05-01T12:00:00Z", by the machine's clock
    std::string finished;
    std::string detector;       ///< Detector::name(), "" where nothing was detected
    std::string options;        ///< print_options() of those that decide what is done
    int passes = 0;
    double elapsed_s = 0;
    std::vector<std::string> warnings;
    std::vector<StreamReport> streams;
    std::string voices;  ///< "kept", "disguised" or "muted"; "" where the result has no sound, or another run writes it
    std::vector<SoundReport> sound;
    std::vector<SilencedSpan> silenced;   ///< in order of time
    std::int64_t texts_cleaned = 0;       ///< subtitles, titles and tags out of which --words took a word
    std::vector<DamagedStretch> damaged;  ///< in order of streams and time; empty with options.strict
    std::optional<VerifyReport> verify;  ///< where options.verify asked for it and a file was written
    bool faces_expected_met = true;  ///< false: fewer tracks than --expect-faces; nothing was written then
};

/// One input, one output.
struct TranscodeJob {
    std::string input;   ///< path, "-" or URL
    std::string output;  ///< path or "-"; unused with options.hash and options.analyse_only
    Options options;
    bool identify = false;  ///< the Report names SHA-256 even where options.report asks for no file
    bool settled = false;   ///< the output's name is final: settled() has looked into the input
};

/// Where the result of `input` goes by default: NAME_invisible.EXT beside it; "-" for a pipe.
std::string default_output(const std::string& input, const Options& options);

/// The same job with the name that its result will get: Matroska's ending where a source's codec is one that nobody writes and its own kind of file
/// cannot hold what stands for it. transcode() does that by itself; who needs the name before asks here, and gives transcode() what is returned,
/// so that the input is looked into once. A job that is settled already is returned as it is.
/// Errors: none.
TranscodeJob settled(const TranscodeJob& job, const std::atomic<bool>& cancel);

/// Removes the faces of one file: demux, decode, anonymise, encode, mux; all that is not video is copied. Writes options.report too,
/// unless that is "-".
/// In:     `hashes` gets the "pts hash" lines of options.hash; may be null otherwise.
/// Errors: as error.hpp says; Cancelled where progress.cancel was set. Nothing stands under the output's name then,
///         and what stood there before is untouched; the one exception, a report or tracks file that could not get its name after
///         the output had got its own, is what the error's sentence says.
/// Threads: safe for different jobs; starts threads of its own and ends them before it returns.
Report transcode(const TranscodeJob& job, Progress& progress, std::ostream* hashes = nullptr);

/// The report as JSON text.
std::string print_report(const Report& report);

}  // namespace invisiblur
