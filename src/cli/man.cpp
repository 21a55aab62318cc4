#include "cli/man.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

#include "image/opencv_version.hpp"
#include "invisiblur/invisiblur.h"
#include "invisiblur/options.hpp"
#include "media/libav/log.hpp"
#include "options/option_text.hpp"

namespace invisiblur::cli {
namespace {

constexpr std::string_view kSummary = "replace each face in a video by what is behind it";
constexpr std::string_view kInputs = "A file, a folder (its videos and pictures; -r: also those of its subfolders), \"-\" (standard input) or a URL; several at once.";

struct Example {
    std::string_view what;
    std::string_view command;
};
constexpr std::array<Example, 7> kExamples{{
    {"Writes interview_invisible.mp4 beside the input:", "invis-transcode interview.mp4"},
    {"Hide one more place by hand, from 0:05 to 0:09:", "invis-transcode --region 40,60,120,150@5-9 -o clean.mkv talk.mkv"},
    {"Find the faces, correct the file by hand, then hide what it says:",
     "invis-transcode --analyse-only --save-tracks faces.json talk.mkv\n    invis-transcode --tracks faces.json -o clean.mkv talk.mkv"},
    {"A pipe, one pass:", "ffmpeg -i rtsp://camera/ -c copy -f nut - | invis-transcode - -o - | ffplay -"},
    {"A folder and its subfolders, two files at a time; what is done already is skipped:",
     "invis-transcode -r --jobs 2 -o clean --report reports recordings"},
    {"Another encoder, smaller:", "invis-transcode -c:v libx265 --crf 24 -o small.mkv talk.mp4"},
    {"A hash of each output frame and no file:", "invis-transcode --hash talk.mkv"},
}};

struct Flag {
    std::string_view spelling;
    std::string_view help;
};
constexpr std::array<Flag, 2> kFlags{{
    {"-h, --help [all]", "Print the options that people use first, or all of them."},
    {"--version", "Print the versions of the program and of the libraries."},
}};

/// The options that people use first, by what they want; all others are for who knows what they look for.
struct FirstOptions {
    std::string_view title;
    std::array<std::string_view, 4> names;
};
constexpr std::array<FirstOptions, 4> kFirstOptions{{
    {"Where it goes", {"output", "overwrite", "recursive"}},
    {"What is hidden", {"hide", "region", "mark"}},
    {"What the result still tells", {"voice", "publish"}},
    {"To be sure", {"verify", "report"}},
}};

struct Status {
    int code;
    std::string_view meaning;
};
constexpr std::array<Status, 4> kStatuses{{
    {0, "Done."},
    {1, "Failed or stopped, or --check-report found something changed; nothing was written under the output's name, unless the message says that only a report or tracks file is missing. "
     "With several inputs: one of them failed."},
    {2, "The command line is wrong."},
    {3, "--expect-faces was not met, and nothing was written; or --verify found a face in the result, which stands as NAME_unsafe.EXT."},
}};

/// "-o, --output P"
std::string heading(const OptionRow& row) {
    std::string text;
    for (const auto& flag : split_escaped(row.flags, ',')) text += (text.empty() ? "" : ", ") + flag;
    return row.metavar.empty() ? text : text + ' ' + std::string(row.metavar);
}

std::string default_text(const OptionRow& row) {
    return std::holds_alternative<bool Options::*>(row.field) ? std::string() : get_option(Options(), row.name);
}

std::string range_text(const OptionRow& row) {
    // lists of numbers have bounds too, which say nothing to a reader
    if (row.min == row.max || std::holds_alternative<std::vector<int> Options::*>(row.field)) return {};
    const auto whole = [](double value) { return format_number(static_cast<std::int64_t>(value)); };
    return whole(row.min) + " to " + whole(row.max) + (row.word.empty() ? std::string() : " or " + std::string(row.word));
}

/// " (default auto; 32 to 8192 or auto)", or nothing.
std::string facts(const OptionRow& row) {
    const std::string standard = default_text(row), range = range_text(row);
    std::string text = standard.empty() ? standard : "default " + standard;
    if (!range.empty()) text += (text.empty() ? "" : "; ") + range;
    return text.empty() ? text : " (" + text + ")";
}

/// Words in indented lines.
std::string wrapped(std::string_view text) {
    constexpr std::size_t kIndent = 6, kWidth = 100;
    std::istringstream words{std::string(text)};
    std::string result, line, word;
    const auto flush = [&] {
        if (!line.empty()) result += std::string(kIndent, ' ') + line + '\n';
        line.clear();
    };
    while (words >> word) {
        if (!line.empty() && kIndent + line.size() + 1 + word.size() > kWidth) flush();
        line += (line.empty() ? "" : " ") + word;
    }
    flush();
    return result;
}

/// Hyphens, backslashes and leading points mean something else to roff.
std::string roff(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '-') {
            result += "\\-";
        } else if (c == '\\') {
            result += "\\e";
        } else if ((c == '.' || c == '\'') && (result.empty() || result.back() == '\n')) {
            result += std::string("\\&") + c;
        } else {
            result += c;
        }
    }
    return result;
}

std::string man_entry(std::string_view heading_text, std::string_view help) {
    return ".TP\n.B " + roff(heading_text) + "\n" + roff(help) + "\n";
}

std::string cell(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '|') result += '\\';
        result += c;
    }
    return result;
}

std::string entry(const OptionRow& row) {
    return "  " + heading(row) + "\n" + wrapped(std::string(row.help) + facts(row));
}

std::string usage_text() {
    return "invis-transcode [options] INPUT...\n  " + std::string(kSummary) + ".\n\nINPUT\n" + wrapped(kInputs);
}

const OptionRow& row_named(std::string_view name) {
    const auto table = option_table();
    const auto row = std::ranges::find(table, name, &OptionRow::name);
    if (row == table.end()) throw std::logic_error("there is no option " + std::string(name));
    return *row;
}

}  // namespace

std::string start_text() {
    return "Name a video, and its copy without faces will stand beside it:\n"
           "  invis-transcode talk.mp4             writes talk_invisible.mp4\n"
           "  invis-transcode --publish talk.mp4   the same, without place and names, and searched again\n"
           "  invis-transcode recordings           all videos and pictures of a folder\n"
           "invis-transcode --help says more.\n";
}

std::string help_text() {
    std::string text = usage_text();
    for (const FirstOptions& group : kFirstOptions) {
        text += "\n" + std::string(group.title) + ":\n";
        for (const std::string_view name : group.names)
            if (!name.empty()) text += entry(row_named(name));
    }
    text += "\nExamples:\n";
    for (const Example& example : kExamples) text += "  " + std::string(example.what) + "\n    " + std::string(example.command) + "\n";
    return text + "\ninvis-transcode --help all prints all " + std::to_string(option_table().size()) + " options.\n";
}

std::string full_help_text() {
    std::string text = usage_text();
    std::string_view group;
    for (const OptionRow& row : option_table()) {
        if (row.group != group) text += "\n" + std::string(row.group) + ":\n";
        group = row.group;
        text += entry(row);
    }
    text += "\nAlso:\n";
    for (const Flag& flag : kFlags) text += "  " + std::string(flag.spelling) + "\n" + wrapped(flag.help);
    text += "\nExamples:\n";
    for (const Example& example : kExamples) text += "  " + std::string(example.what) + "\n    " + std::string(example.command) + "\n";
    text += "\nExit status:\n";
    for (const Status& status : kStatuses) text += "  " + std::to_string(status.code) + "  " + std::string(status.meaning) + "\n";
    return text;
}

std::string version_text() {
    return "invis-transcode (Invisiblur) " + std::string(invisiblur_version()) + "\n" + av::libav_versions() + "\nOpenCV " +
           opencv_version() + "\n";
}

std::string avoption_table() {
    const auto quoted = [](std::string_view text) {
        std::string made = "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\') made += '\\';
            made += c;
        }
        return made + '"';
    };
    std::string text = "/* Made by \"invis-transcode --print-table avoptions\" from the one option table; a test compares. */\n";
    int count = 0;
    for (const OptionRow& row : option_table()) {
        if (row.scope != OptionScope::anonymizer) continue;
        text += "    { " + quoted(row.name) + ", " + quoted(std::string(row.metavar) + ": " + std::string(row.help)) + ",\n      OFFSET(values[" +
                std::to_string(count++) + "]), AV_OPT_TYPE_STRING, { .str = NULL }, 0, 0, FLAGS" + (changes_on_the_way(row) ? " | AV_OPT_FLAG_RUNTIME_PARAM" : "") + " },\n";
    }
    return text + "#define INVISIBLUR_OPTIONS " + std::to_string(count) + "\n";
}

std::string markdown_table() {
    std::string text = "| Option | Default | Range | Meaning |\n| --- | --- | --- | --- |\n";
    std::string_view group;
    for (const OptionRow& row : option_table()) {
        if (row.group != group) text += "| **" + std::string(row.group) + "** | | | |\n";
        group = row.group;
        const std::string standard = default_text(row), range = range_text(row);
        text += "| `" + cell(heading(row)) + "` |" + (standard.empty() ? "" : " `" + standard + "`") + " |" +
                (range.empty() ? "" : " " + range) + " | " + cell(row.help) + " |\n";
    }
    return text;
}

std::string man_page() {
    std::string text = ".TH INVIS-TRANSCODE 1 \"\" \"Invisiblur " + std::string(invisiblur_version()) + "\" \"User Commands\"\n";
    text += ".SH NAME\ninvis\\-transcode \\- " + roff(kSummary) + "\n";
    text += ".SH SYNOPSIS\n.B invis\\-transcode\n[\\fIoptions\\fR] \\fIINPUT\\fR...\n";
    text += ".SH DESCRIPTION\nEach face in a video is replaced by the picture behind it; all other streams are copied.\n";
    text += ".TP\n.I INPUT\n" + roff(kInputs) + "\n.SH OPTIONS\n";
    std::string_view group;
    for (const OptionRow& row : option_table()) {
        if (row.group != group) text += ".SS " + roff(row.group) + "\n";
        group = row.group;
        text += man_entry(heading(row), std::string(row.help) + facts(row));
    }
    text += ".SS Also\n";
    for (const Flag& flag : kFlags) text += man_entry(flag.spelling, flag.help);
    text += ".SH EXIT STATUS\n";
    for (const Status& status : kStatuses) text += man_entry(std::to_string(status.code), status.meaning);
    text += ".SH EXAMPLES\n";
    for (const Example& example : kExamples) {
        text += ".PP\n" + roff(example.what) + "\n.PP\n.nf\n" + roff("    " + std::string(example.command)) + "\n.fi\n";
    }
    return text;
}

}  // namespace invisiblur::cli
