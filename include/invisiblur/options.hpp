#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// A rectangle set by hand, with the time in which it holds.
/// Units: pixels of the coded picture; seconds from the file's time zero, half-open [start_s, end_s); without them always.
struct Region {
    Box box;
    std::optional<double> start_s;
    std::optional<double> end_s;
};

/// The rectangles set by hand that hold together.
struct Regions {
    std::vector<Region> hidden;  ///< Options::regions
    std::vector<Region> kept;    ///< Options::keep_regions
};

/// All options, with their defaults. Each has one row in option_table(), which is where the
/// command line, the filters, the man page and the README take names, ranges and help from.
struct Options {
    // what is a face
    std::string detector = "centerface";
    std::vector<std::string> hide;  ///< faces, text; none: faces
    std::string model;
    std::string sensitivity = "cautious";
    double min_score = 0;  ///< 0: by sensitivity
    int min_face_px = 16;
    int min_text_px = 8;
    int detect_size_px = 0;  ///< longer side of the network's input; 0: auto
    int detect_every = 0;    ///< frames; 0: auto
    std::string engine = "auto";
    // what replaces it
    std::string plate = "auto";  ///< auto, first, none or a picture's path
    std::string save_plate;
    std::string rule = "core";
    int radius_px = 6;
    double threshold = 6;         ///< steps of an 8-bit picture
    double margin = 0.2;          ///< core beyond the face's box on each side, in box sizes
    double halo = 0.45;           ///< halo beyond the core on each side, in box sizes
    std::string fill = "scene";   ///< scene, smooth, solid, solid=RRGGBB or mosaic
    bool show_made_up = false;    ///< tints what no frame showed
    std::string mark = "none";    ///< none, outline or label
    std::vector<std::string> label;  ///< "TEXT" or "CLASS=TEXT"
    // by hand
    std::vector<Region> regions;
    std::vector<Region> keep_regions;
    // passes
    std::string passes = "auto";
    int lookahead_frames = 25;
    // tracks
    std::string save_tracks;
    std::string tracks;
    std::vector<int> only_tracks;
    std::vector<int> except_tracks;
    bool analyse_only = false;
    int expect_faces = 0;
    std::vector<std::string> follow;  ///< "X,Y,W,H@TIME"
    std::string boxes_in;
    std::string boxes_out;
    std::string spans_out;
    std::string landmarks_out;
    // people
    bool persons = false;  ///< tracks are grouped into persons
    std::vector<std::string> keep_person;  ///< photos
    std::vector<std::string> hide_person;  ///< photos
    std::vector<int> only_persons;
    std::vector<int> except_persons;
    // encoding
    std::string video_codec;
    double crf = -1;  ///< -1: by codec
    std::string preset;
    std::string bit_rate;
    std::vector<std::string> encoder_options;  ///< "key=value"
    std::string vf;        ///< filters between decoder and analysis, as of ffmpeg's -vf
    std::string vf_after;  ///< filters between the finished picture and the encoder
    bool copy_unchanged = false;
    // one long file, by several runs
    std::string segment;  ///< "START-END" or "K/N"; "" for all
    std::string save_analysis;
    std::vector<std::string> analysis;  ///< files of save_analysis
    std::vector<std::string> join;      ///< what runs with a segment wrote
    // sound
    std::string voice;              ///< keep, disguise or mute; "": keep, and nobody said so
    std::vector<std::string> mute;  ///< "START-END"
    std::vector<std::string> beep;  ///< "START-END"
    std::string words;
    std::string transcript;
    // streams
    std::vector<std::string> drop;
    std::string size;  ///< "WxH" of all pictures, or "INDEX:WxH,..." by stream; "" where the source changes it: by rule
    bool strict = false;  ///< refuses what the container cannot hold, and a damaged source
    // input and output
    std::string output;
    std::string format;
    bool overwrite = false;
    bool never_overwrite = false;
    bool publish = false;  ///< metadata and place dropped, the result verified
    std::string sign;      ///< a private key's file
    std::string check_report;
    bool verify = false;
    bool salvage = false;  ///< what is done anyway, unless strict
    double delay_s = 0;            ///< of a live source; 0: auto
    std::string on_late = "auto";  ///< auto, blank or wait
    std::string protocols;  ///< more protocols than file, pipe and the input's own
    std::int64_t max_pixels = 16384 * 8640;  ///< 16K: twice 8K each way
    int max_streams = 100;
    bool recursive = false;
    int jobs = 1;  ///< files at a time
    bool hash = false;
    std::string report;
    std::string progress = "auto";
    bool quiet = false;
    bool verbose = false;
    int threads = 0;  ///< 0: as many as there are processors
};

/// Who understands an option: everybody, or only the transcoder, which reads and writes files.
enum class OptionScope { anonymizer, transcoder };

using OptionField = std::variant<bool Options::*, int Options::*, std::int64_t Options::*, double Options::*, std::string Options::*,
                                 std::vector<Region> Options::*, std::vector<int> Options::*, std::vector<std::string> Options::*>;

/// One row of the option table.
/// Units: min and max are inclusive and count for numbers only; `word` is a text that stands for the number `word_value` ("auto" for 0).
struct OptionRow {
    std::string_view name;   ///< the key in text and in filters: "min-face"
    std::string_view flags;  ///< as the command line spells it: "--min-face", "-o,--output", "-c:v"
    std::string_view group;  ///< heading in help and man page
    std::string_view metavar;
    OptionScope scope;
    OptionField field;
    std::string_view help;
    double min = 0;
    double max = 0;
    std::string_view word = {};
    double word_value = 0;
    std::span<const std::string_view> choices = {};  ///< of texts; a choice "solid=" stands for any text with that beginning
};

/// Whether the option can change while frames are on their way: the regions set by hand can.
inline bool changes_on_the_way(const OptionRow& row) {
    return std::holds_alternative<std::vector<Region> Options::*>(row.field);
}

/// Every option, in the order of help and of the filters' positional parameters.
std::span<const OptionRow> option_table();

/// Sets one option from text; a repeatable one gets one more value.
/// Errors: std::invalid_argument that names the key and the range or the choices; the options are unchanged then.
void set_option(Options& options, std::string_view name, std::string_view value);

/// One option as text that set_option understands; the values of a repeatable one are joined with ';'.
std::string get_option(const Options& options, std::string_view name);

/// Reads "key=value:key=value"; ':' and '\' in a value are escaped with '\'.
/// Errors: as set_option.
Options parse_options(std::string_view text);

/// The options that differ from their defaults, such that parse_options(print_options(o)) equals o.
std::string print_options(const Options& options);

/// Errors: std::invalid_argument where options contradict each other; the sentence names both.
void check_options(const Options& options);

}  // namespace invisiblur
