#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include "invisiblur/options.hpp"
#include "options/box_file_name.hpp"
#include "options/frame_size.hpp"
#include "options/hidden_classes.hpp"
#include "options/label.hpp"
#include "options/option_text.hpp"
#include "options/time_span.hpp"

namespace invisiblur {
namespace {

struct Contradiction {
    bool found;
    std::string_view sentence;
};

struct NamedFile {
    std::string_view flag;
    const std::string& path;
};

void check_files(const Options& o) {
    const std::string boxes_in = box_path(o.boxes_in), boxes_out = box_path(o.boxes_out);
    const std::array<NamedFile, 8> written{{{"-o", o.output},
                                            {"--boxes-out", boxes_out},
                                            {"--spans-out", o.spans_out},
                                            {"--landmarks-out", o.landmarks_out},
                                            {"--report", o.report},
                                            {"--save-tracks", o.save_tracks},
                                            {"--save-plate", o.save_plate},
                                            {"--save-analysis", o.save_analysis}}};
    std::vector<NamedFile> read{{"--tracks", o.tracks}, {"--boxes-in", boxes_in}, {"--plate", o.plate}, {"--model", o.model}, {"--sign", o.sign}, {"--words", o.words}, {"--transcript", o.transcript}};
    for (const std::string& file : o.analysis) read.push_back({"--analysis", file});
    for (const std::string& file : o.join) read.push_back({"--join", file});
    for (const std::string& file : o.keep_person) read.push_back({"--keep-person", file});
    for (const std::string& file : o.hide_person) read.push_back({"--hide-person", file});
    const auto refuse_same = [](const NamedFile& a, const NamedFile& b) {
        if (a.path.empty() || a.path != b.path) return;
        throw std::invalid_argument(std::string(a.flag) + " and " + std::string(b.flag) + " name the same file, " + quoted(a.path));
    };
    for (std::size_t i = 0; i < written.size(); ++i) {
        for (std::size_t j = i + 1; j < written.size(); ++j) refuse_same(written[i], written[j]);
        for (const NamedFile& file : read) refuse_same(written[i], file);
    }
}

/// Runs that share one long file.
std::vector<Contradiction> contradictions_of_parts(const Options& o) {
    const bool parted = !o.segment.empty() || !o.analysis.empty() || !o.join.empty() || !o.save_analysis.empty();
    const bool piece = !o.segment.empty(), joins = !o.join.empty();
    return {
        {parted && !(o.vf.empty() && o.vf_after.empty()), "--vf and --vf-after send all pictures through one graph, which parts of a file do not allow: filter the file first"},
        {parted && !(o.boxes_in.empty() && o.boxes_out.empty() && o.spans_out.empty() && o.landmarks_out.empty()),
         "--boxes-in, --boxes-out, --spans-out and --landmarks-out are for whole files: leave them or the options for parts of a file out"},
        {parted && !o.follow.empty(), "--follow goes through the whole film: let --analyse-only --save-tracks follow first, and give the runs that --tracks FILE"},
        {parted && o.copy_unchanged, "--copy-unchanged goes through the whole file: leave it or the options for parts of a file out"},
        {o.strict && o.salvage, "--salvage does what can be read of a damaged file, and --strict refuses it: give one of them"},
        {parted && o.salvage, "--salvage goes through the whole file: leave it or the options for parts of a file out"},
        {parted && !o.size.empty(), "--size is for whole files: leave it or the options for parts of a file out"},
        {parted && o.passes != "auto", "--passes is for whole files: leave it or the options for parts of a file out"},
        {piece && joins, "--join makes the whole result and --segment a part: give one of them"},
        {piece && o.verify, "--verify reads a whole result again: give it to the run with --join"},
        {piece && o.expect_faces > 0, "--expect-faces counts in the whole file: give it to the run over all stretches"},
        {piece && !o.save_plate.empty(), "--save-plate learns from the whole file: leave --segment out"},
        {piece && !o.analyse_only && o.analysis.size() != 1,
         "--segment writes a stretch with what the whole file taught: add --analysis FILE, which --save-analysis wrote, or --analyse-only"},
        {piece && !o.analyse_only && !(o.save_analysis.empty() && o.save_tracks.empty()),
         "--save-analysis and --save-tracks are for runs that analyse: leave them or --segment out"},
        {joins && (o.hash || o.analyse_only), "--join writes a file: leave --hash or --analyse-only out"},
        {joins && !o.save_analysis.empty(), "--join analyses nothing: leave --save-analysis out"},
        {joins && o.analysis.empty() && (o.verify || o.expect_faces > 0 || !o.save_tracks.empty()),
         "--join knows the faces from --analysis FILE: add it, or leave --verify, --expect-faces and --save-tracks out"},
        {o.save_analysis == "-", "--save-analysis writes a file, not \"-\": give a file's name"},
    };
}

/// What of a video is hidden.
std::vector<Contradiction> contradictions_of_classes(const Options& o) {
    const bool people = hides_people(o), no_faces = !hides_faces(o), photos = !o.keep_person.empty() || !o.hide_person.empty();
    return {
        {no_faces && o.verify, "--verify searches the result for faces, and --hide text leaves them: add faces to --hide, or leave --verify out"},
        {no_faces && o.expect_faces > 0, "--expect-faces counts faces, and --hide text looks for none: add faces to --hide, or leave --expect-faces out"},
        {no_faces && (photos || o.persons), "persons are told apart by their faces, and --hide text looks for none: add faces to --hide"},
        {people && o.passes == "1", "--hide people must know the whole film before anything is written: leave --passes 1 out"},
        {people && o.plate == "none", "--hide people compares with a plate, and --plate none has none: change one of them"},
        {people && o.rule == "threshold", "--hide people goes by what hangs together with a core, and --rule threshold knows no cores: change one of them"},
    };
}

/// What becomes of sound and words.
std::vector<Contradiction> contradictions_of_sound(const Options& o) {
    const bool parted = !o.segment.empty() || !o.join.empty();
    const bool sound = !o.mute.empty() || !o.beep.empty() || o.voice == "disguise" || o.voice == "mute";
    return {
        {o.words.empty() != o.transcript.empty(), "--words says what goes and --transcript when it is spoken: give both"},
        {sound && !o.segment.empty(), "--segment writes pictures alone: give --voice, --mute and --beep to the run with --join"},
        {!o.words.empty() && parted, "--words looks through captions in all pictures, too: leave it or the options for parts of a file out"},
        {!o.words.empty() && o.copy_unchanged, "--copy-unchanged copies pictures with the captions in them, out of which --words cannot take words: give one of them"},
        {sound && std::ranges::find(o.drop, "audio") != o.drop.end(),
         "--drop audio leaves no sound that --voice, --mute and --beep could change: leave it or them out"},
        {o.voice == "mute" && !(o.mute.empty() && o.beep.empty()), "--voice mute leaves no sound that --mute and --beep could change: give one or the others"},
        {o.words == "-" || o.transcript == "-", "--words and --transcript read files, not \"-\": give a file's name"},
    };
}

/// Whose faces are hidden.
std::vector<Contradiction> contradictions_of_persons(const Options& o) {
    const bool photos = !o.keep_person.empty() || !o.hide_person.empty(), numbers = !o.only_persons.empty() || !o.except_persons.empty();
    const bool parted = !o.segment.empty() || !o.analysis.empty() || !o.join.empty() || !o.save_analysis.empty();
    const bool ids = !o.only_tracks.empty() || !o.except_tracks.empty();
    return {
        {!o.only_persons.empty() && !o.except_persons.empty(), "--only-persons and --except-persons exclude each other: give one of them"},
        {numbers && o.tracks.empty(), "--only-persons and --except-persons choose from a file: add --tracks FILE, which --persons with --save-tracks writes"},
        {numbers && photos, "--keep-person and --hide-person choose by photos, --only-persons and --except-persons by numbers: give the ones or the others"},
        {numbers && o.persons, "--persons numbers the persons anew, and --only-persons and --except-persons go by the numbers in the --tracks file: leave one of them out"},
        {numbers && ids, "--only-tracks and --except-tracks choose single faces, --only-persons and --except-persons persons: give the ones or the others"},
        {photos && ids, "--only-tracks and --except-tracks choose by numbers, --keep-person and --hide-person by photos: give the ones or the others"},
        {(photos || o.persons || numbers) && parted, "persons are chosen in the whole file at once: choose with --save-tracks first, and leave the options for parts of a file out"},
        {(photos || o.persons) && o.passes == "1", "--persons, --keep-person and --hide-person must know all faces before anything is written: leave --passes 1 out"},
    };
}

/// What tells others of the edit, and what keeps the result from telling too much.
std::vector<Contradiction> contradictions_of_publishing(const Options& o) {
    const bool no_file = o.hash || o.analyse_only;
    return {
        {o.mark == "label" && o.label.empty() && o.tracks.empty(), "--mark label has no text to write: add --label TEXT"},
        {o.mark != "label" && !o.label.empty(), "--label is what --mark label writes: add that, or leave --label out"},
        {o.publish && no_file, "--publish is about a result, and --hash and --analyse-only write none: leave it out"},
        {o.publish && o.output == "-", "--publish reads the result again, which a pipe does not allow: give -o a file"},
        {o.publish && !o.segment.empty(), "--publish reads a whole result again: give it to the run with --join"},
        {!o.sign.empty() && (o.report.empty() || o.report == "-"), "--sign signs the report: add --report FILE"},
        {!o.sign.empty() && no_file, "--sign signs what became of a file, and --hash and --analyse-only write none: leave it out"},
        {!o.sign.empty() && o.output == "-", "--sign names source and result by their SHA-256, which a pipe does not allow: give files"},
        {!o.sign.empty() && !o.segment.empty(), "--sign is for a whole result: give it to the run with --join"},
    };
}

}  // namespace

void check_options(const Options& o) {
    const bool chosen_tracks = !o.only_tracks.empty() || !o.except_tracks.empty();
    const auto contradictions = std::to_array<Contradiction>({
        {o.overwrite && o.never_overwrite, "-y overwrites and -n never does: give one of them"},
        {!o.only_tracks.empty() && !o.except_tracks.empty(), "--only-tracks and --except-tracks exclude each other: give one of them"},
        {chosen_tracks && o.tracks.empty(),
         "--only-tracks and --except-tracks choose from a file: add --tracks FILE, which --save-tracks writes"},
        {!o.bit_rate.empty() && o.crf >= 0, "-b:v fixes the size and --crf the quality: give one of them"},
        {o.rule == "threshold" && o.plate == "none",
         "--rule threshold compares with a plate, and --plate none has none: change one of them"},
        {!o.save_plate.empty() && o.plate == "none", "--save-plate has nothing to write with --plate none: leave one of them out"},
        {o.hash && !o.output.empty(), "--hash writes no file: leave out -o or --hash"},
        {o.hash && o.analyse_only, "--hash needs the frames that --analyse-only does not make: give one of them"},
        {o.copy_unchanged && o.hash, "--copy-unchanged copies packets, and --hash writes none: give one of them"},
        {o.copy_unchanged && !(o.vf.empty() && o.vf_after.empty()), "--copy-unchanged leaves pictures as they are, and --vf and --vf-after change them: give one of them"},
        {o.copy_unchanged && o.salvage, "--copy-unchanged copies packets as they are, and --salvage blanks what is broken in them: give one of them"},
        {o.copy_unchanged && !o.size.empty(), "--copy-unchanged copies packets as they are, and --size changes pictures: give one of them"},
        {!o.boxes_in.empty() && !o.tracks.empty(), "--boxes-in and --tracks both say what is hidden: give one of them"},
        {!o.boxes_in.empty() && o.passes == "1", "--boxes-in counts in frames, whose times must be known first: leave --passes 1 out"},
        {o.boxes_in == "-" || o.boxes_out == "-" || o.spans_out == "-" || o.landmarks_out == "-",
         "--boxes-in, --boxes-out, --spans-out and --landmarks-out name files, not \"-\": give a file's name"},
        {!o.follow.empty() && o.passes == "1", "--follow must know its way before anything is written: leave --passes 1 out"},
        {o.copy_unchanged && o.passes == "1", "--copy-unchanged must know all faces before it writes: leave --passes 1 out"},
        {o.analyse_only && !o.output.empty(), "--analyse-only writes no video: leave out -o or --analyse-only"},
        {o.verify && (o.hash || o.analyse_only), "--verify reads the result again, and --hash and --analyse-only write none: leave it out"},
        {o.verify && o.output == "-", "--verify reads the result again, which a pipe does not allow: give -o a file"},
        {o.quiet && o.verbose, "-q says less and -v more: give one of them"},
        {o.report == "-" && (o.hash || o.output == "-"), "--report - and -o - or --hash share standard output: give --report a file"},
        {o.save_tracks == "-" || o.save_plate == "-", "--save-tracks and --save-plate write files, not \"-\": give a file's name"},
        {o.tracks == "-", "--tracks reads a file, not \"-\": give a file's name"},
    });
    for (const Contradiction& contradiction : contradictions_of_publishing(o)) {
        if (contradiction.found) throw std::invalid_argument(std::string(contradiction.sentence));
    }
    for (const Contradiction& contradiction : contradictions) {
        if (contradiction.found) throw std::invalid_argument(std::string(contradiction.sentence));
    }
    for (const Contradiction& contradiction : contradictions_of_parts(o)) {
        if (contradiction.found) throw std::invalid_argument(std::string(contradiction.sentence));
    }
    for (const Contradiction& contradiction : contradictions_of_classes(o)) {
        if (contradiction.found) throw std::invalid_argument(std::string(contradiction.sentence));
    }
    for (const Contradiction& contradiction : contradictions_of_persons(o)) {
        if (contradiction.found) throw std::invalid_argument(std::string(contradiction.sentence));
    }
    check_labels(o.label);
    for (const Contradiction& contradiction : contradictions_of_sound(o)) {
        if (contradiction.found) throw std::invalid_argument(std::string(contradiction.sentence));
    }
    for (const std::string& span : o.mute) static_cast<void>(parse_time_span("mute", span));  // throw where they are no times
    for (const std::string& span : o.beep) static_cast<void>(parse_time_span("beep", span));
    static_cast<void>(frame_size(o.size, 0));  // throws where it is no size
    check_files(o);
}

}  // namespace invisiblur
