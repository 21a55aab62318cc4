#pragma once
#include <string>
#include <string_view>

namespace invisiblur {

/// How boxes over time are written down.
enum class BoxFormat { invisiblur, cvat, mot, coco };

struct BoxFileName {
    std::string path;
    BoxFormat format = BoxFormat::invisiblur;
    bool named = false;  ///< by the user; else after the file's name
};

/// Reads "FILE:FORMAT", or FILE whose ending tells: .xml, .csv, .txt, .json.
/// Errors: std::invalid_argument with a sentence that can follow the option's name.
BoxFileName parse_box_file_name(std::string_view text);

/// The file that an option's text names; "" of "".
/// Errors: as parse_box_file_name().
std::string box_path(const std::string& text);

std::string_view to_string(BoxFormat format);

}  // namespace invisiblur
