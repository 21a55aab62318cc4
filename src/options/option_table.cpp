#include <array>

#include "invisiblur/options.hpp"

namespace invisiblur {
namespace {

using enum OptionScope;
using Choices = std::span<const std::string_view>;

constexpr std::string_view kFiles = "Files";
constexpr std::string_view kMany = "Many files";
constexpr std::string_view kFace = "What is a face";
constexpr std::string_view kReplace = "What replaces it";
constexpr std::string_view kHand = "By hand";
constexpr std::string_view kPasses = "Passes";
constexpr std::string_view kTracks = "Tracks";
constexpr std::string_view kPeople = "People";
constexpr std::string_view kEncoding = "Encoding";
constexpr std::string_view kLong = "One long file, in parts";
constexpr std::string_view kSound = "Sound";
constexpr std::string_view kStreams = "Streams";
constexpr std::string_view kSafety = "Safety";
constexpr std::string_view kOutput = "Messages";

constexpr std::array<std::string_view, 5> kDetectors{"cascade", "centerface", "yunet", "haar", "sidedata"};
constexpr std::array<std::string_view, 3> kSensitivities{"cautious", "normal", "strict"};
constexpr std::array<std::string_view, 2> kRules{"core", "threshold"};
constexpr std::array<std::string_view, 5> kFills{"scene", "smooth", "solid", "solid=", "mosaic"};
constexpr std::array<std::string_view, 5> kEngines{"auto", "opencv", "openvino", "onnxruntime", "opencv-cuda"};
constexpr std::array<std::string_view, 3> kPassCounts{"auto", "1", "2"};
constexpr std::array<std::string_view, 6> kDroppable{"audio", "subtitle", "data", "attachment", "metadata", "gps"};
constexpr std::array<std::string_view, 3> kHidden{"faces", "text", "people"};
constexpr std::array<std::string_view, 3> kMarks{"none", "outline", "label"};
constexpr std::array<std::string_view, 3> kVoices{"keep", "disguise", "mute"};
constexpr std::array<std::string_view, 3> kLateRules{"auto", "blank", "wait"};
constexpr std::array<std::string_view, 3> kProgressKinds{"auto", "none", "json"};

constexpr double kMaxInt = 0x7fffffff;

/// Texts, lists and switches: nothing to range over.
constexpr OptionRow text(std::string_view name, std::string_view flags, std::string_view group, std::string_view metavar, OptionScope scope,
                         OptionField field, std::string_view help) {
    return {name, flags, group, metavar, scope, field, help};
}

constexpr OptionRow one_of(std::string_view name, std::string_view flags, std::string_view group, std::string_view metavar,
                           OptionScope scope, OptionField field, std::string_view help, Choices choices) {
    return {name, flags, group, metavar, scope, field, help, 0, 0, {}, 0, choices};
}

// Why the ranges are what they are: each bound is where the number stops meaning anything (a face of fewer than 4 pixels shows no one; a
// box mean beyond radius 64 is wider than the faces it should find; 250 frames of look-ahead fill gigabytes; a detector that looks less
// often than every 30 frames, about a second, can miss a person who walks past; 63 is the largest CRF of any encoder).
constexpr auto kTable = std::to_array<OptionRow>({
    text("output", "-o,--output", kFiles, "P", transcoder, &Options::output,
         "File for the result, folder for NAME_invisible.EXT, or \"-\" for standard output; by default NAME_invisible.EXT beside the input, and "
         "\"-\" for a pipe."),
    text("format", "-f,--format", kFiles, "F", transcoder, &Options::format,
         "Container of the output, as libav names it; by default after the output's name, else the source's, and matroska for \"-\"."),
    text("overwrite", "-y", kFiles, "", transcoder, &Options::overwrite,
         "Overwrite an output that exists; without -y and -n an existing output is an error."),
    text("never-overwrite", "-n", kFiles, "", transcoder, &Options::never_overwrite,
         "Never overwrite an output that exists; among several files it is passed over."),

    text("recursive", "-r,--recursive", kMany, "", transcoder, &Options::recursive,
         "Take the subfolders of a folder too; -o FOLDER and --report FOLDER get the same ones."),
    {"jobs", "--jobs", kMany, "N", transcoder, &Options::jobs,
     "How many files are done at a time; they share the threads. Each needs its own memory.", 1, 64},

    one_of("detector", "--detector", kFace, "cascade|centerface|yunet|haar|sidedata", anonymizer, &Options::detector,
           "Method that finds faces: centerface is a neural network; yunet is a smaller one, several times as fast, which sees a little less and "
           "errs more often; cascade has yunet look often, and centerface seldom and wherever something has to be decided; haar is OpenCV's older cascade, much blinder and, where small faces count, slower; sidedata takes the detection boxes that another filter put on each frame.",
           kDetectors),
    one_of("hide", "--hide", kFace, "faces,text,people", anonymizer, &Options::hide,
           "What is hidden: faces (if nothing else is said), readable text (signs, number plates, screens, papers), people (faces, and what hangs together with them down to the feet; two passes, and only before a camera that stands still); a comma list.",
           kHidden),
    text("model", "--model", kFace, "FILE", anonymizer, &Options::model,
         "The detector's model file; by default the one that was installed, whose SHA-256 is checked."),
    one_of("sensitivity", "--sensitivity", kFace, "cautious|normal|strict", anonymizer, &Options::sensitivity,
           "How readily something counts as a face: cautious hides in doubt, strict hides only what is surely a face.", kSensitivities),
    {"min-score", "--min-score", kFace, "S", anonymizer, &Options::min_score,
     "Score from 0 to 1 from which a detection starts a face; auto is what the sensitivity says.", 0, 1, "auto", 0},
    {"min-face", "--min-face", kFace, "PX", anonymizer, &Options::min_face_px,
     "Shorter side of the smallest face to find, in pixels of the source; smaller is slower.", 4, 4096},
    {"min-text", "--min-text", kFace, "PX", anonymizer, &Options::min_text_px,
     "Height of the smallest text to find with --hide text, in pixels of the source; smaller is slower.", 4, 4096},
    {"detect-size", "--detect-size", kFace, "PX|auto", anonymizer, &Options::detect_size_px,
     "Longer side of the picture that the network sees, in pixels; auto is as large as the smallest face needs.", 32, 8192, "auto", 0},
    {"detect-every", "--detect-every", kFace, "N|auto", anonymizer, &Options::detect_every,
     "Look for faces in every Nth frame and follow them in between; auto lets the program choose.", 1, 30, "auto", 0},
    one_of("engine", "--engine", kFace, "auto|opencv|openvino|onnxruntime|opencv-cuda", anonymizer, &Options::engine,
           "What runs the neural network: opencv is always there, openvino is faster and onnxruntime too, where the build found them, opencv-cuda "
           "needs an OpenCV built with CUDA; auto takes openvino where it is there and runs, else opencv.",
           kEngines),

    text("plate", "--plate", kReplace, "auto|first|none|FILE", anonymizer, &Options::plate,
         "The picture behind the faces: auto learns it from all frames, first takes the first frame, none fills from around the face, FILE "
         "is "
         "a picture of the empty scene."),
    text("save-plate", "--save-plate", kReplace, "FILE", transcoder, &Options::save_plate,
         "Write the learned picture of the empty scene to FILE; of further shots with faces to NAME_2.EXT, NAME_3.EXT and so on. Needs two "
         "passes; with several inputs a folder."),
    one_of(
        "rule", "--rule", kReplace, "core|threshold", anonymizer, &Options::rule,
        "Which pixels are replaced: core replaces the whole face and what differs around it; threshold only what differs from the plate, "
        "which can leave parts of a face.",
        kRules),
    {"radius", "--radius", kReplace, "PX", anonymizer, &Options::radius_px,
     "Radius in pixels of the box mean that takes the noise out before frame and plate are compared.", 1, 64},
    {"threshold", "--threshold", kReplace, "T", anonymizer, &Options::threshold,
     "Difference between frame and plate from which a pixel belongs to the person, in steps of an 8-bit picture.", 0, 255},
    {"margin", "--margin", kReplace, "M", anonymizer, &Options::margin,
     "How far the core, which is replaced whole, reaches beyond the face's box on each side, as a share of the box.", 0, 4},
    {"halo", "--halo", kReplace, "H", anonymizer, &Options::halo,
     "How far beyond the core hair, ears and neck are looked for on each side, as a share of the box.", 0, 4},
    one_of("fill", "--fill", kReplace, "scene|smooth|solid[=RRGGBB]|mosaic", anonymizer, &Options::fill,
           "What stands where a face was: scene is what is behind, made up from its surroundings where no frame shows it; smooth fades over what no "
           "frame shows; solid is one colour (black unless given), mosaic coarse squares of the "
           "face itself, which can be reversed in part and is no protection.",
           kFills),
    text("show-made-up", "--show-made-up", kReplace, "", transcoder, &Options::show_made_up,
         "Tint what was painted and seen in no frame: with --fill scene what is made up, with smooth what is faded over. For who must know; not for publishing."),
    one_of("mark", "--mark", kReplace, "none|outline|label", anonymizer, &Options::mark,
           "Show where something was hidden: outline draws a thin line around the place, label writes a short text there; for evidence and news, where an "
           "edit that nobody sees is wrong.",
           kMarks),
    text("label", "--label", kReplace, "TEXT", anonymizer, &Options::label,
         "The text that --mark label writes; CLASS=TEXT is for faces, text or regions alone, and \"label\" of a track in the --tracks file goes "
         "before both; repeatable."),

    text("region", "--region", kHand, "X,Y,W,H[@START-END]", anonymizer, &Options::regions,
         "Always hide this rectangle, in pixels of the coded picture, all the time or from START to END (seconds or [HH:]MM:SS[.mmm]); "
         "repeatable."),
    text("keep-region", "--keep-region", kHand, "X,Y,W,H[@START-END]", anonymizer, &Options::keep_regions,
         "Never touch this rectangle, even where a face is in it, in the notation of --region; repeatable."),
    text("follow", "--follow", kHand, "X,Y,W,H@TIME", transcoder, &Options::follow,
         "Hide what is in this rectangle at TIME, and follow it both ways until it leaves the picture, a cut comes or it cannot be recognised any "
         "more, which the report lists; for the first video of a file; repeatable."),

    one_of("passes", "--passes", kPasses, "auto|1|2", transcoder, &Options::passes,
           "2 analyses the whole file before it writes, 1 looks only some frames ahead, auto takes 2 for files and 1 for pipes.",
           kPassCounts),
    {"lookahead", "--lookahead", kPasses, "FRAMES", anonymizer, &Options::lookahead_frames,
     "How many frames one pass looks ahead; more finds faces earlier, and costs delay and memory.", 0, 250},

    text("save-tracks", "--save-tracks", kTracks, "FILE", transcoder, &Options::save_tracks,
         "Write the faces that were found, with their boxes over time, to FILE as JSON; with several inputs a folder."),
    text("tracks", "--tracks", kTracks, "FILE", anonymizer, &Options::tracks,
         "Hide the faces in FILE, as --save-tracks wrote it or a person corrected it, and detect nothing; with several inputs the folder "
         "that --save-tracks filled."),
    text("boxes-in", "--boxes-in", kTracks, "FILE[:FORMAT]", transcoder, &Options::boxes_in,
         "Hide the boxes in FILE, as another program wrote it, and detect nothing; FORMAT is cvat (CVAT for video 1.1), mot (MOT challenge), coco or "
         "invisiblur, by default after the name: .xml, .csv or .txt, .json."),
    text("boxes-out", "--boxes-out", kTracks, "FILE[:FORMAT]", transcoder, &Options::boxes_out,
         "Write the boxes that were hidden to FILE, in a format of --boxes-in."),
    text("spans-out", "--spans-out", kTracks, "FILE", transcoder, &Options::spans_out,
         "Write who is hidden from when to when to FILE: subtitles (WebVTT), or a tier for each in ELAN's format where the name ends with .eaf."),
    text("landmarks-out", "--landmarks-out", kTracks, "FILE", transcoder, &Options::landmarks_out,
         "Write each hidden face's box, five points and direction to FILE as CSV, as the source shows them; the way a face moves can tell whose it is."),
    {"only-tracks", "--only-tracks", kTracks, "ID,...", anonymizer, &Options::only_tracks,
     "Hide only these faces of the --tracks file; repeatable.", 0, kMaxInt},
    {"except-tracks", "--except-tracks", kTracks, "ID,...", anonymizer, &Options::except_tracks,
     "Hide all faces of the --tracks file but these; repeatable.", 0, kMaxInt},
    text("analyse-only", "--analyse-only", kTracks, "", transcoder, &Options::analyse_only,
         "Find the faces and write no video; with --save-tracks, --report or --save-plate."),
    {"expect-faces", "--expect-faces", kTracks, "N", transcoder, &Options::expect_faces,
     "Exit with status 3 and write nothing when fewer than N faces are found.", 0, 1'000'000},

    text("persons", "--persons", kPeople, "", transcoder, &Options::persons,
         "Find out which faces are the same person's, across cuts, and number the persons in --save-tracks and --report. What identifies a face stays in "
         "memory and is never written. Needs two passes, and the models of the package invisiblur-persons."),
    text("keep-person", "--keep-person", kPeople, "PHOTO", transcoder, &Options::keep_person,
         "Leave the person of this photo visible and hide everybody else. In doubt everybody is hidden: the report lists who may have been meant, with the distance. "
         "As --persons otherwise; repeatable."),
    text("hide-person", "--hide-person", kPeople, "PHOTO", transcoder, &Options::hide_person,
         "Hide the person of this photo and leave who is surely somebody else visible; with --keep-person hide also who is like both. As --persons otherwise; repeatable."),
    {"only-persons", "--only-persons", kPeople, "N,...", transcoder, &Options::only_persons,
     "Hide only these persons of the --tracks file and the faces whose person is unknown; repeatable.", 1, kMaxInt},
    {"except-persons", "--except-persons", kPeople, "N,...", transcoder, &Options::except_persons,
     "Hide all faces of the --tracks file but these persons'; repeatable.", 1, kMaxInt},

    text("video-codec", "-c:v", kEncoding, "NAME", transcoder, &Options::video_codec,
         "Encoder of the video, as libav names it; by default one for the source's codec, bit depth, colour and size."),
    {"crf", "--crf", kEncoding, "N", transcoder, &Options::crf,
     "Constant quality on the encoder's own scale, lower is better; auto takes one at which the result looks like the source.", 0, 63,
     "auto", -1},
    text("preset", "--preset", kEncoding, "NAME", transcoder, &Options::preset, "The encoder's preset; by default the encoder's own."),
    text("bit-rate", "-b:v", kEncoding, "RATE", transcoder, &Options::bit_rate,
         "Bits per second of the video instead of a quality, such as 800k or 2.5M."),
    text("encoder-opt", "--encoder-opt", kEncoding, "K=V", transcoder, &Options::encoder_options,
         "An option of the encoder's own, by its libav name; repeatable."),
    text("vf", "--vf", kEncoding, "GRAPH", transcoder, &Options::vf,
         "Send the pictures through these filters first, in the notation of ffmpeg's -vf, such as \"yadif,scale=1280:-2\"; faces, regions and "
         "tracks are those of the pictures that come out."),
    text("vf-after", "--vf-after", kEncoding, "GRAPH", transcoder, &Options::vf_after,
         "Send the finished pictures through these filters before they are encoded."),
    text("copy-unchanged", "--copy-unchanged", kEncoding, "", transcoder, &Options::copy_unchanged,
         "Copy the groups of pictures in which nothing is hidden bit for bit from the source and encode only the others; needs two passes "
         "and the source's codec."),

    text("segment", "--segment", kLong, "START-END|K/N", transcoder, &Options::segment,
         "Do only this stretch, from START to END (seconds or [HH:]MM:SS[.mmm]) or the Kth of N equal ones; it begins and ends with pictures "
         "that stand alone. With --analyse-only it is searched; else it is written to -o, for --join, with --analysis."),
    text("save-analysis", "--save-analysis", kLong, "FILE", transcoder, &Options::save_analysis,
         "Keep in FILE what other runs need to go on: of a --segment what was seen in it, of the whole file all that was learned."),
    text("analysis", "--analysis", kLong, "FILE", anonymizer, &Options::analysis,
         "Take what --save-analysis kept: what was seen in stretches is not looked for again, and after all that was learned nothing is "
         "analysed; repeatable. In a filter or a library's context all that was learned of the whole video gives the pixels of two passes."),
    text("join", "--join", kLong, "FILE", transcoder, &Options::join,
         "Make the result of what runs with --segment wrote, without encoding anything again; repeatable, once for each of them."),

    one_of("voice", "--voice", kSound, "keep|disguise|mute", transcoder, &Options::voice,
           "What becomes of the voices: keep copies the sound, disguise moves pitch and formants of all of it, differently in each run, mute leaves silence. "
           "Who knows a voice, and machines, may still recognise a disguised one.",
           kVoices),
    text("mute", "--mute", kSound, "START-END", transcoder, &Options::mute,
         "Silence from START to END (seconds or [HH:]MM:SS[.mmm]); repeatable."),
    text("beep", "--beep", kSound, "START-END", transcoder, &Options::beep, "A tone from START to END, in the notation of --mute; repeatable."),
    text("words", "--words", kSound, "FILE", transcoder, &Options::words,
         "Words to take out, one a line, * for any ending: they are beeped where the --transcript says that they are spoken, and taken out of "
         "subtitles and chapter titles."),
    text("transcript", "--transcript", kSound, "FILE", transcoder, &Options::transcript,
         "What is spoken when, word by word: WebVTT with times of words, whisper's JSON, ELAN's .eaf or Praat's .TextGrid."),

    one_of("drop", "--drop", kStreams, "audio|subtitle|data|attachment|metadata|gps", transcoder, &Options::drop,
           "Leave these out of the result, which otherwise keeps everything; a comma list, repeatable.", kDroppable),
    text("strict", "--strict", kStreams, "", transcoder, &Options::strict,
         "Refuse a source of which the output's container cannot hold a stream, or that is damaged or cut off, instead of leaving out or blanking "
         "what is lost with a warning."),

    text("size", "--size", kStreams, "WxH", transcoder, &Options::size,
         "Size of the result's pictures where the source's change theirs in mid-stream, with bars where the shape is another; by default the largest of a "
         "file that lasts a second, and the first of a pipe. INDEX:WxH is for one stream; a comma list."),

    text("publish", "--publish", kSafety, "", transcoder, &Options::publish,
         "For who publishes the result: metadata and place are left out (--drop metadata,gps) and the result is searched again (--verify)."),
    text("sign", "--sign", kSafety, "KEY", transcoder, &Options::sign,
         "Sign the --report with this private key (Ed25519, PEM), so that --check-report can tell whether report, source or result were changed."),
    text("check-report", "--check-report", kSafety, "FILE", transcoder, &Options::check_report,
         "Check this report's signature and whether source and result are still the files that it names; nothing else is done."),
    text("verify", "--verify", kSafety, "", transcoder, &Options::verify,
         "Read the result again and search it for faces by other means before it gets its name; one that is found makes it NAME_unsafe.EXT "
         "and the status 3. About as long again as the search itself."),
    text("salvage", "--salvage", kSafety, "", transcoder, &Options::salvage,
         "A damaged file is done as far as it can be read: what is broken is blank in the result, up to the next picture that stands alone, and "
         "the report lists it. That is the default; the option also keeps what came of a connection that broke off. --strict refuses a damaged file."),
    {"delay", "--delay", kSafety, "S|auto", transcoder, &Options::delay_s,
     "How many seconds a live source may be held back; auto is a second.", 0, 60, "auto", 0},
    one_of("on-late", "--on-late", kSafety, "auto|blank|wait", transcoder, &Options::on_late,
           "What becomes of a frame that could not be analysed in time: blank sends it blank, wait sends it later; auto is blank for a live source and wait else.",
           kLateRules),
    text("protocols", "--protocols", kSafety, "LIST", transcoder, &Options::protocols,
         "Comma list of libav protocols that a source may use besides its own: a playlist that names local files needs file."),
    {"max-pixels", "--max-pixels", kSafety, "N", transcoder, &Options::max_pixels, "Refuse a video whose pictures have more than N pixels.",
     1, kMaxInt},
    {"max-streams", "--max-streams", kSafety, "N", transcoder, &Options::max_streams, "Refuse a file with more than N streams.", 1, 10'000},

    text("hash", "--hash", kOutput, "", transcoder, &Options::hash,
         "Print a line \"pts hash\" per output video frame to standard output and write no file."),
    text("report", "--report", kOutput, "FILE", transcoder, &Options::report,
         "Write what was done, what was found and what a person should look at to FILE as JSON; \"-\" is standard output; with several "
         "inputs a folder."),
    one_of("progress", "--progress", kOutput, "auto|none|json", transcoder, &Options::progress,
           "Progress on standard error: auto is a bar where that is a terminal, json one JSON object in a line per event and second.",
           kProgressKinds),
    text("quiet", "-q", kOutput, "", transcoder, &Options::quiet, "Say nothing on standard error but errors."),
    text("verbose", "-v", kOutput, "", transcoder, &Options::verbose, "Say more, with the messages of the codec libraries."),
    {"threads", "--threads", kOutput, "N|auto", anonymizer, &Options::threads,
     "Number of threads that work at once; auto is one per processor.", 1, 256, "auto", 0},
});

}  // namespace

std::span<const OptionRow> option_table() {
    return kTable;
}

}  // namespace invisiblur
