#include "serve/option_form.hpp"

#include <algorithm>
#include <array>

#include "serve/http_error.hpp"

namespace invisiblur::serve {
namespace {

// Files, protocols, encoder options (some of which name files) and what the server decides are not among them.
constexpr auto kOpen = std::to_array<std::string_view>(
    {"fill", "hide", "min-text", "mark", "label", "sensitivity", "drop", "region", "keep-region", "detector", "min-score", "min-face", "detect-size", "detect-every", "plate", "rule",
     "radius", "threshold", "margin", "halo", "expect-faces", "video-codec", "crf", "preset", "bit-rate", "strict", "persons", "voice", "mute", "beep"});

const OptionRow* find_open(std::string_view name) {
    if (std::ranges::find(kOpen, name) == kOpen.end()) return nullptr;
    const auto table = option_table();
    const auto found = std::ranges::find(table, name, &OptionRow::name);
    return found == table.end() ? nullptr : &*found;
}

std::string_view kind_of(const OptionRow& row) {
    if (row.name == "plate" || !row.choices.empty()) return row.name == "drop" || row.name == "hide" ? "list" : "choice";
    if (std::holds_alternative<bool Options::*>(row.field)) return "switch";
    if (std::holds_alternative<std::string Options::*>(row.field)) return "text";
    if (std::holds_alternative<int Options::*>(row.field) || std::holds_alternative<double Options::*>(row.field)) return "number";
    return "list";
}

Json choices_of(const OptionRow& row) {
    if (row.name == "plate") return {"auto", "first", "none"};
    if (row.name == "drop") return {"audio", "subtitle", "data", "attachment", "metadata", "gps"};
    Json choices = Json::array();
    for (const std::string_view choice : row.choices)
        if (!choice.ends_with('=')) choices.push_back(choice);
    return choices;
}

[[noreturn]] void refuse(const std::string& sentence) {
    throw HttpError(422, "bad_option", sentence);
}

std::string text_of(const std::string& name, const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "1" : "0";
    if (value.is_number()) return value.dump();
    refuse("the option " + name + " needs a text, a number, true, false or a list of texts");
}

void set(Options& options, const std::string& name, const std::string& value) {
    if (name == "plate" && value != "auto" && value != "first" && value != "none") refuse("plate is auto, first or none here");
    try {
        set_option(options, name, value);
    } catch (const std::invalid_argument& error) {
        refuse(error.what());
    }
}

}  // namespace

Json option_form() {
    Json form = Json::array();
    for (const std::string_view name : kOpen) {
        const OptionRow* const row = find_open(name);
        if (!row) continue;
        Json field{{"name", row->name}, {"group", row->group}, {"help", row->help}, {"kind", kind_of(*row)}, {"default", get_option({}, row->name)}};
        if (const Json choices = choices_of(*row); !choices.empty()) field["choices"] = choices;
        if (field["kind"] == "number") {
            field["min"] = row->min;
            field["max"] = row->max;
            if (!row->word.empty()) field["word"] = row->word;
        }
        form.push_back(field);
    }
    return form;
}

Options read_options(const Json& json) {
    Options options;
    if (!json.is_object()) refuse("options must be an object of names and values");
    for (const auto& [name, value] : json.items()) {
        if (!find_open(name)) refuse("there is no option " + name + " here; GET /api/v1/options lists them");
        if (!value.is_array()) {
            set(options, name, text_of(name, value));
            continue;
        }
        if (value.size() > 1000) refuse("the option " + name + " has more than 1000 values");
        for (const Json& one : value) set(options, name, text_of(name, one));
    }
    try {
        check_options(options);
    } catch (const std::invalid_argument& error) {
        refuse(error.what());
    }
    return options;
}

}  // namespace invisiblur::serve
