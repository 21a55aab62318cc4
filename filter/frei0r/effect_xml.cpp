// Prints what Kdenlive shows of the plugin: its parameters with names, ranges and choices instead of unnamed boxes, in the form that Kdenlive's
// data/effects/README describes. It is made from the option table when the plugin is built.
#include <pugixml.hpp>

#include <algorithm>
#include <iostream>
#include <string>

#include "invisiblur/options.hpp"
#include "parameters.hpp"

using namespace invisiblur;

namespace {

constexpr std::string_view kPictureLayouts = "rgb;yuv;yuv422;yuv444";

const OptionRow* row_of(std::string_view name) {
    const auto rows = option_table();
    const auto row = std::ranges::find(rows, name, &OptionRow::name);
    return row == rows.end() ? nullptr : &*row;
}

std::string joined(std::span<const std::string_view> choices) {
    std::string all;
    for (const std::string_view choice : choices) {
        if (choice.ends_with('=')) continue;  // stands for any text, which a list cannot offer
        if (!all.empty()) all += ';';
        all += choice;
    }
    return all;
}

bool is_list_of_choices(const OptionRow& row) {
    return !row.choices.empty() && std::holds_alternative<std::string Options::*>(row.field);
}

bool is_plain_number(const OptionRow& row) {
    return row.max > row.min && (row.word.empty() || row.word_value >= row.min);
}

/// Which of Kdenlive's widgets suits, with what it must know.
void describe(pugi::xml_node node, const frei0r::Parameter& parameter, const OptionRow* row) {
    const auto attribute = [&node](const char* name, const std::string& value) { node.append_attribute(name) = value.c_str(); };
    std::string type = "keywords", fallback = parameter.value;
    if (parameter.name == "input" || (row != nullptr && is_list_of_choices(*row))) {
        type = "list";
        attribute("paramlist", row == nullptr ? std::string(kPictureLayouts) : joined(row->choices));
    } else if (row != nullptr && std::holds_alternative<bool Options::*>(row->field)) {
        type = "list";
        attribute("paramlist", "false;true");
    } else if (row != nullptr && is_plain_number(*row)) {
        type = "constant";
        if (fallback == row->word) fallback = std::to_string(static_cast<int>(row->word_value));
        attribute("min", std::to_string(static_cast<int>(row->min)));
        attribute("max", std::to_string(static_cast<int>(row->max)));
        attribute("decimals", std::holds_alternative<double Options::*>(row->field) ? "2" : "0");
    } else if (row != nullptr && row->metavar == "FILE") {
        type = "url";
    }
    attribute("type", type);
    attribute("name", parameter.name);
    attribute("default", fallback);
    if (fallback.empty()) attribute("optional", "1");
}

}  // namespace

int main() {
    pugi::xml_document document;
    document.append_child(pugi::node_doctype).set_value("kpartgui");
    pugi::xml_node effect = document.append_child("effect");
    effect.append_attribute("tag") = "frei0r.invisiblur";
    effect.append_attribute("id") = "frei0r.invisiblur";
    effect.append_child("name").text() = "Invisiblur";
    effect.append_child("description").text() = "Replaces each face by the picture behind it. It sees one picture at a time: for files, invis-transcode finds more.";
    effect.append_child("author").text() = "The Invisiblur contributors";
    for (const frei0r::Parameter& parameter : frei0r::parameters()) {
        const OptionRow* const row = row_of(parameter.name);
        pugi::xml_node node = effect.append_child("parameter");
        describe(node, parameter, row);
        const std::string group = row != nullptr ? std::string(row->group) : "This host";
        node.append_child("name").text() = (group + ": " + parameter.name).c_str();
        node.append_child("comment").text() = parameter.explanation.c_str();
    }
    document.save(std::cout, "    ");
    return std::cout.flush() ? 0 : 1;
}
