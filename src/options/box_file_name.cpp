#include "options/box_file_name.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include "options/option_text.hpp"

namespace invisiblur {
namespace {

constexpr std::array<std::pair<std::string_view, BoxFormat>, 4> kNames{
    {{"invisiblur", BoxFormat::invisiblur}, {"cvat", BoxFormat::cvat}, {"mot", BoxFormat::mot}, {"coco", BoxFormat::coco}}};
constexpr std::array<std::pair<std::string_view, BoxFormat>, 4> kEndings{
    {{".json", BoxFormat::invisiblur}, {".xml", BoxFormat::cvat}, {".csv", BoxFormat::mot}, {".txt", BoxFormat::mot}}};

}  // namespace

BoxFileName parse_box_file_name(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon != std::string_view::npos && colon > 0) {
        for (const auto& [name, format] : kNames)
            if (text.substr(colon + 1) == name) return {std::string(text.substr(0, colon)), format, true};
    }
    for (const auto& [ending, format] : kEndings)
        if (text.size() > ending.size() && text.ends_with(ending)) return {std::string(text), format, false};
    throw std::invalid_argument(quoted(text) + " ends with none of .xml, .csv, .txt and .json: say which format it has, as FILE:cvat, FILE:mot, FILE:coco or FILE:invisiblur");
}

std::string box_path(const std::string& text) {
    return text.empty() ? text : parse_box_file_name(text).path;
}

std::string_view to_string(BoxFormat format) {
    for (const auto& [name, known] : kNames)
        if (known == format) return name;
    return "invisiblur";
}

}  // namespace invisiblur
