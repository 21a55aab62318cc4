#include "cli/completion.hpp"

#include <cctype>
#include <string_view>
#include <vector>

#include "invisiblur/options.hpp"
#include "options/option_text.hpp"

namespace invisiblur::cli {
namespace {

std::vector<std::string> flags_of(const OptionRow& row) {
    return split_escaped(row.flags, ',');
}

bool is_switch(const OptionRow& row) {
    return std::holds_alternative<bool Options::*>(row.field);
}

bool is_repeatable(const OptionRow& row) {
    return !std::holds_alternative<bool Options::*>(row.field) && !std::holds_alternative<int Options::*>(row.field) &&
           !std::holds_alternative<std::int64_t Options::*>(row.field) && !std::holds_alternative<double Options::*>(row.field) &&
           !std::holds_alternative<std::string Options::*>(row.field);
}

/// "auto|first|none|FILE" names words and a kind of thing: what is in small letters is a word to offer.
std::vector<std::string> words_of(const OptionRow& row) {
    std::vector<std::string> words;
    for (const std::string_view choice : row.choices) words.emplace_back(choice);
    if (!words.empty()) return words;
    for (std::string& part : split_escaped(row.metavar, '|')) {
        if (!part.empty() && std::islower(static_cast<unsigned char>(part[0]))) words.push_back(std::move(part));
    }
    return words;
}

bool takes_file(const OptionRow& row) {
    return row.metavar == "P" || row.metavar.find("FILE") != std::string_view::npos || row.metavar.find("FOLDER") != std::string_view::npos;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
    return text;
}

/// Between single quotation marks of a shell.
std::string shell_quoted(std::string_view text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

/// _arguments reads '[', ']' and ':' as its own.
std::string zsh_escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
        result += c;
    }
    return result;
}

std::string first_sentence(std::string_view help) {
    return std::string(help.substr(0, help.find_first_of(".;:")));
}

/// One argument of _arguments: "(-o --output)-o[what it does]:P:_files".
std::string zsh_row(const OptionRow& row, const std::string& flag) {
    std::string spec = is_repeatable(row) ? "*" : "(" + joined(flags_of(row), " ") + ")";
    spec += zsh_escaped(flag) + "[" + zsh_escaped(first_sentence(row.help)) + "]";
    if (is_switch(row)) return shell_quoted(spec);
    const std::vector<std::string> words = words_of(row);
    spec += ":" + zsh_escaped(row.metavar) + ":";
    if (takes_file(row) && !words.empty()) {
        spec += "{compadd " + joined(words, " ") + "; _files}";
    } else if (takes_file(row)) {
        spec += "_files";
    } else if (!words.empty()) {
        spec += "(" + joined(words, " ") + ")";
    }
    return shell_quoted(spec);
}

}  // namespace

std::string bash_completion() {
    std::vector<std::string> all{"-h", "--help", "--version"};
    std::string cases;
    for (const OptionRow& row : option_table()) {
        const std::vector<std::string> flags = flags_of(row), words = words_of(row);
        all.insert(all.end(), flags.begin(), flags.end());
        if (is_switch(row)) continue;
        std::string action;
        if (!words.empty()) action += " COMPREPLY+=($(compgen -W " + shell_quoted(joined(words, " ")) + " -- \"$cur\"));";
        if (takes_file(row)) action += " COMPREPLY+=($(compgen -f -- \"$cur\")); compopt -o filenames 2>/dev/null;";
        cases += "        " + joined(flags, "|") + ")" + action + " return ;;\n";
    }
    return "# bash completion for invis-transcode; made by: invis-transcode --print-table bash\n"
           "_invis_transcode() {\n"
           "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    if declare -F _get_comp_words_by_ref >/dev/null; then _get_comp_words_by_ref -n : cur prev; fi  # -c:v is one word\n"
           "    COMPREPLY=()\n"
           "    local IFS=$' \\t\\n'\n"
           "    case $prev in\n" +
           cases +
           "    esac\n"
           "    if [[ $cur == -* ]]; then\n"
           "        COMPREPLY=($(compgen -W " +
           shell_quoted(joined(all, " ")) +
           " -- \"$cur\"))\n"
           "        if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions \"$cur\"; fi\n"
           "        return\n"
           "    fi\n"
           "    local IFS=$'\\n'\n"
           "    COMPREPLY=($(compgen -f -- \"$cur\"))\n"
           "    compopt -o filenames 2>/dev/null\n"
           "}\n"
           "complete -F _invis_transcode invis-transcode\n";
}

std::string zsh_completion() {
    std::string text =
        "#compdef invis-transcode\n"
        "# made by: invis-transcode --print-table zsh\n"
        "_arguments -s -S \\\n";
    for (const OptionRow& row : option_table()) {
        for (const std::string& flag : flags_of(row)) text += "    " + zsh_row(row, flag) + " \\\n";
    }
    return text + "    '(- *)'{-h,--help}'[Print a summary of the options]' \\\n"
                  "    '(- *)--version[Print the versions of the program and of the libraries]' \\\n"
                  "    '*:input:_files'\n";
}

}  // namespace invisiblur::cli
