#include "cli/args.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "cli/nearest_word.hpp"
#include "options/option_text.hpp"

namespace invisiblur::cli {
namespace {

constexpr std::string_view kSeeHelp = "; see invis-transcode --help";

bool is_switch(const OptionRow& row) {
    return std::holds_alternative<bool Options::*>(row.field);
}

std::vector<std::string> spellings(const OptionRow& row) {
    return split_escaped(row.flags, ',');
}

/// CLI11 cannot take a name with ':', so it gets the option's key instead.
std::string name_for_cli11(const OptionRow& row) {
    return row.flags.find(':') == std::string_view::npos ? std::string(row.flags) : "--" + std::string(row.name);
}

const OptionRow* find_row(std::string_view flag) {
    for (const OptionRow& row : option_table()) {
        const auto all = spellings(row);
        if (std::ranges::find(all, flag) != all.end()) return &row;
    }
    return nullptr;
}

/// Checks each option's value before CLI11 sees it, which would take the next word for a value that is missing or empty,
/// and renames flags that CLI11 cannot spell.
std::vector<std::string> prepare(const std::vector<std::string>& arguments) {
    std::vector<std::string> prepared;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (word == "--") {
            prepared.insert(prepared.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
            break;
        }
        if (word.empty()) throw UsageError("an argument is empty" + std::string(kSeeHelp));
        const auto equals = word.starts_with("--") ? word.find('=') : std::string::npos;
        if (equals != std::string::npos && equals + 1 == word.size()) throw UsageError(word.substr(0, equals) + " has an empty value");
        const OptionRow* const row = find_row(word);
        prepared.push_back(row && row->flags.find(':') != std::string_view::npos ? name_for_cli11(*row) : word);
        if (!row || is_switch(*row)) continue;
        if (i + 1 == arguments.size()) throw UsageError(word + " needs a value, " + std::string(row->metavar));
        const std::string& value = arguments[++i];
        if (value.empty()) throw UsageError(word + " has an empty value");
        if (find_row(value)) {
            throw UsageError(word + " needs a value, " + std::string(row->metavar) + ", and " + value +
                             " is an option (a file of that name is ./" + value + ")");
        }
        prepared.push_back(value);
    }
    return prepared;
}

[[noreturn]] void refuse_unknown(const std::string& word) {
    const std::string flag = word.substr(0, word.find('='));
    std::vector<std::string> long_ones;
    for (const OptionRow& row : option_table()) {
        for (const auto& spelling : spellings(row))
            if (spelling.starts_with("--")) long_ones.push_back(spelling);
    }
    const std::string nearest = nearest_word(flag, long_ones);
    throw UsageError("there is no option " + flag + (nearest.empty() ? std::string(kSeeHelp) : "; did you mean " + nearest + "?"));
}

/// What CLI11 left over: the inputs, and options that nobody knows.
std::vector<std::string> inputs_of(const std::vector<std::string>& words) {
    std::vector<std::string> inputs;
    bool only_inputs = false;
    for (const std::string& word : words) {
        if (!only_inputs && word == "--") {
            only_inputs = true;
            continue;
        }
        if (!only_inputs && word.size() > 1 && word[0] == '-') refuse_unknown(word);
        inputs.push_back(word);
    }
    return inputs;
}

/// The options of the table, as CLI11 knows them.
std::map<const OptionRow*, CLI::Option*> add_table(CLI::App& app) {
    std::map<const OptionRow*, CLI::Option*> added;
    const CLI::callback_t accept = [](const CLI::results_t&) { return true; };
    for (const OptionRow& row : option_table()) {
        const std::string name = name_for_cli11(row);
        CLI::Option* const option = is_switch(row) ? app.add_flag(name) : app.add_option(name, accept);
        option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        added.emplace(&row, option);
    }
    return added;
}

void check_inputs(const Command& command) {
    if (command.action == Action::check_report && !command.inputs.empty())
        throw UsageError("--check-report checks " + command.options.check_report + " and does nothing else: leave " + command.inputs.front() + " out");
    if (command.action == Action::run && command.inputs.empty())
        throw UsageError("no INPUT was given: name a video or a folder, as in \"invis-transcode talk.mp4\"" + std::string(kSeeHelp));
}

}  // namespace

Command parse_arguments(std::vector<std::string> arguments) {
    CLI::App app;
    app.allow_extras();
    app.allow_windows_style_options(false);
    app.set_help_flag();
    const CLI::Option* const help = app.add_flag("-h,--help");
    const CLI::Option* const version = app.add_flag("--version");
    Command command;
    const CLI::Option* const table = app.add_option("--print-table", command.table);
    const auto rows = add_table(app);
    try {
        auto prepared = prepare(arguments);
        std::ranges::reverse(prepared);  // CLI11 takes its words from the end
        app.parse(prepared);
        command.inputs = inputs_of(app.remaining());
        if (help->count() > 0) command.action = command.inputs == std::vector<std::string>{"all"} ? Action::help_all : Action::help;
        if (version->count() > 0) command.action = Action::version;
        if (table->count() > 0) command.action = Action::print_table;
        if (command.action != Action::run) return command;
        for (const auto& [row, option] : rows) {
            for (const auto& value : option->results()) set_option(command.options, row->name, value);
        }
        if (!command.options.check_report.empty()) command.action = Action::check_report;
        check_inputs(command);
    } catch (const CLI::Error& error) {
        throw UsageError(error.what());
    } catch (const std::invalid_argument& error) {
        throw UsageError(error.what());
    }
    return command;
}

}  // namespace invisiblur::cli
