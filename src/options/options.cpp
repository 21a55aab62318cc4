#include "invisiblur/options.hpp"

#include <algorithm>
#include <stdexcept>

#include "options/box_file_name.hpp"
#include "options/follow_mark.hpp"
#include "options/option_text.hpp"
#include "options/segment.hpp"

namespace invisiblur {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.";

const OptionRow& find_row(std::string_view name) {
    for (const OptionRow& row : option_table()) {
        if (row.name == name) return row;
    }
    throw std::invalid_argument("there is no option " + quoted(name));
}

/// "min-face", or "video-codec (-c:v)" where the command line spells it quite differently.
std::string label(const OptionRow& row) {
    std::string text(row.name);
    if (row.flags.find(row.name) == std::string_view::npos) text += " (" + std::string(row.flags) + ")";
    return text;
}

[[noreturn]] void refuse(const OptionRow& row, const std::string& why) {
    throw std::invalid_argument(label(row) + ": " + why);
}

std::string range_text(const OptionRow& row) {
    std::string text =
        "from " + format_number(static_cast<std::int64_t>(row.min)) + " to " + format_number(static_cast<std::int64_t>(row.max));
    return row.word.empty() ? text : text + " or " + std::string(row.word);
}

template <class Number>
Number number_of(const OptionRow& row, std::string_view value) {
    if (!row.word.empty() && value == row.word) return static_cast<Number>(row.word_value);
    const auto number = parse_number<Number>(value);
    if (!number) refuse(row, quoted(value) + " is not a number " + range_text(row));
    const auto wide = static_cast<double>(*number);
    const bool is_word = !row.word.empty() && wide == row.word_value;
    if (!is_word && !(wide >= row.min && wide <= row.max)) refuse(row, std::string(value) + " is not in the range " + range_text(row));
    return *number;
}

bool is_choice(const OptionRow& row, std::string_view value) {
    return std::ranges::any_of(row.choices, [&](std::string_view choice) {
        return value == choice ? !choice.ends_with('=') : choice.ends_with('=') && value.starts_with(choice);
    });
}

void check_choice(const OptionRow& row, std::string_view value) {
    if (row.choices.empty() || is_choice(row, value)) return;
    refuse(row, quoted(value) + " is none of " + std::string(row.metavar));
}

void check_bit_rate(const OptionRow& row, std::string_view value) {
    auto digits = value;
    if (!digits.empty() && std::string_view("kKmMgG").find(digits.back()) != std::string_view::npos) digits.remove_suffix(1);
    const bool plain = !digits.empty() && digits.find_first_not_of("0123456789.") == std::string_view::npos;
    const auto rate = plain ? parse_number<double>(digits) : std::nullopt;
    if (!rate || !(*rate > 0)) refuse(row, quoted(value) + " is not a number of bits per second such as 800k or 2.5M");
}

void check_protocols(const OptionRow& row, std::string_view value) {
    for (const auto& name : split_escaped(value, ',')) {
        if (name.empty() || name.find_first_not_of(kNameCharacters) != std::string::npos) {
            refuse(row, quoted(value) + " is not a comma list of protocol names");
        }
    }
}

/// What cannot be said by a list of choices.
void check_syntax(const OptionRow& row, std::string_view value) {
    const auto colour = value.substr(std::min(value.size(), std::string_view("solid=").size()));
    if (row.name == "fill" && value.starts_with("solid=") &&
        (colour.size() != 6 || colour.find_first_not_of(kHexDigits) != std::string_view::npos)) {
        refuse(row, quoted(value) + " is none of smooth|solid[=RRGGBB]|mosaic; RRGGBB are six hexadecimal digits");
    }
    if (row.name == "segment" && !value.empty()) parse_segment(value);
    if (row.name == "follow" || ((row.name == "boxes-in" || row.name == "boxes-out") && !value.empty() && value != "-")) {
        try {
            row.name == "follow" ? static_cast<void>(parse_follow_mark(value)) : static_cast<void>(parse_box_file_name(value));
        } catch (const std::invalid_argument& error) {
            refuse(row, error.what());
        }
    }
    if (row.name == "bit-rate") check_bit_rate(row, value);
    if (row.name == "protocols") check_protocols(row, value);
    if (row.name == "encoder-opt") {
        const auto key = value.substr(0, value.find('='));
        const bool good = key.size() < value.size() && !key.empty() && key.find_first_not_of(kNameCharacters) == std::string_view::npos;
        if (!good) refuse(row, quoted(value) + " is not K=V");
    }
}

std::string text_of(const OptionRow& row, std::string_view value) {
    if (value.find('\0') != std::string_view::npos) refuse(row, "a text must not hold a zero byte");
    check_choice(row, value);
    check_syntax(row, value);
    return std::string(value);
}

/// Reads one value into the field's type; lists get it appended by append().
struct Setter {
    Options& options;
    const OptionRow& row;
    std::string_view value;

    void operator()(bool Options::*field) const {
        const auto on = parse_switch(value);
        if (!on) refuse(row, quoted(value) + " is neither true nor false");
        options.*field = *on;
    }
    void operator()(std::string Options::*field) const {
        // An empty text is the default where no other one is, and a mistake elsewhere.
        const bool unset = value.empty() && (Options().*field).empty();
        if (value.empty() && !unset) refuse(row, "the value is empty");
        options.*field = unset ? std::string() : text_of(row, value);
    }
    template <class Number>
    void operator()(Number Options::*field) const {
        options.*field = number_of<Number>(row, value);
    }
    template <class Item>
    void operator()(std::vector<Item> Options::*field) const {
        std::vector<Item> items;
        for (const auto& part : split_escaped(value, ';')) add(items, part);
        auto& all = options.*field;
        all.insert(all.end(), items.begin(), items.end());
    }

    void add(std::vector<Region>& items, std::string_view part) const {
        try {
            items.push_back(parse_region(part));
        } catch (const std::invalid_argument& error) {
            refuse(row, error.what());
        }
    }
    void add(std::vector<int>& items, std::string_view part) const {
        for (const auto& id : split_escaped(part, ',')) items.push_back(number_of<int>(row, id));
    }
    void add(std::vector<std::string>& items, std::string_view part) const {
        if (row.choices.empty()) {
            items.push_back(text_of(row, part));
            return;
        }
        for (const auto& word : split_escaped(part, ',')) items.push_back(text_of(row, word));
    }
};

struct Getter {
    const Options& options;
    const OptionRow& row;

    std::string operator()(bool Options::*field) const { return options.*field ? "true" : "false"; }
    std::string operator()(std::string Options::*field) const { return options.*field; }
    template <class Number>
    std::string operator()(Number Options::*field) const {
        const Number value = options.*field;
        return !row.word.empty() && static_cast<double>(value) == row.word_value ? std::string(row.word) : format_number(value);
    }
    template <class Item>
    std::string operator()(std::vector<Item> Options::*field) const {
        std::string text;
        for (const Item& item : options.*field) {
            if (!text.empty()) text += ';';
            text += escape(item_text(item), ';');
        }
        return text;
    }

    static std::string item_text(const Region& region) { return format_region(region); }
    static std::string item_text(int id) { return format_number(id); }
    static std::string item_text(const std::string& text) { return text; }
};

/// The keys and values of "key=value:key=value", values still with their own escapes.
void set_from_pair(Options& options, std::string_view pair) {
    const auto equals = pair.find('=');
    const auto name = pair.substr(0, equals);
    if (equals != std::string_view::npos) {
        set_option(options, name, pair.substr(equals + 1));
    } else if (std::holds_alternative<bool Options::*>(find_row(name).field)) {
        set_option(options, name, "true");
    } else {
        throw std::invalid_argument("the option " + quoted(name) + " needs a value: write " + std::string(name) + "=value");
    }
}

}  // namespace

void set_option(Options& options, std::string_view name, std::string_view value) {
    const OptionRow& row = find_row(name);
    std::visit(Setter{options, row, value}, row.field);
}

std::string get_option(const Options& options, std::string_view name) {
    const OptionRow& row = find_row(name);
    return std::visit(Getter{options, row}, row.field);
}

Options parse_options(std::string_view text) {
    Options options;
    if (text.empty()) return options;
    for (const auto& pair : split_escaped(text, ':')) set_from_pair(options, pair);
    return options;
}

std::string print_options(const Options& options) {
    const Options defaults;
    std::string text;
    for (const OptionRow& row : option_table()) {
        const std::string value = get_option(options, row.name);
        if (value == get_option(defaults, row.name)) continue;
        if (!text.empty()) text += ':';
        text += std::string(row.name) + '=' + escape(value, ':');
    }
    return text;
}

}  // namespace invisiblur
