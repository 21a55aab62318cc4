#pragma once
#include <string>
#include <vector>

namespace invisiblur {

/// One --label: "TEXT", or "CLASS=TEXT" for faces, text or regions.
struct Label {
    std::string of;  ///< the class; "" for all
    std::string text;
};

/// Errors: std::invalid_argument for a class that is none, and as check_label_text.
Label parse_label(const std::string& value);

/// Errors: std::invalid_argument where the texts cannot all hold: two of one class.
void check_labels(const std::vector<std::string>& values);

/// Errors: std::invalid_argument for a text that is empty, too long for a mark, or has a line's end or another control character.
void check_label_text(const std::string& text);

}  // namespace invisiblur
