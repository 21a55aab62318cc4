#include <map>
#include <pugixml.hpp>
#include <stdexcept>

#include "job/sound/transcript.hpp"
#include "options/option_text.hpp"

// ELAN's annotation format: annotations that refer to time slots in milliseconds.

namespace invisiblur {

std::vector<SpokenText> parse_elan(std::string_view text) {
    pugi::xml_document document;
    if (!document.load_buffer(text.data(), text.size())) throw std::invalid_argument("is no XML: it breaks off, or was changed by hand");
    const pugi::xml_node root = document.child("ANNOTATION_DOCUMENT");
    if (!root) throw std::invalid_argument("is XML, and not ELAN's: it has no ANNOTATION_DOCUMENT");
    constexpr double kMs = 0.001;
    std::map<std::string, double> slots;
    for (const pugi::xml_node slot : root.child("TIME_ORDER").children("TIME_SLOT"))
        if (const auto ms = parse_number<double>(slot.attribute("TIME_VALUE").as_string())) slots[slot.attribute("TIME_SLOT_ID").as_string()] = *ms * kMs;
    std::vector<SpokenText> spoken;
    bool timeless = false;
    for (const pugi::xml_node tier : root.children("TIER")) {
        for (const pugi::xml_node annotation : tier.children("ANNOTATION")) {
            const pugi::xml_node aligned = annotation.child("ALIGNABLE_ANNOTATION");
            const auto start = slots.find(aligned.attribute("TIME_SLOT_REF1").as_string()), end = slots.find(aligned.attribute("TIME_SLOT_REF2").as_string());
            if (start == slots.end() || end == slots.end()) timeless = true;
            else spoken.push_back({aligned.child_value("ANNOTATION_VALUE"), start->second, end->second});
        }
    }
    if (spoken.empty() && timeless) throw std::invalid_argument("has no annotation with times of its own: align it first");
    return spoken;
}

}  // namespace invisiblur
