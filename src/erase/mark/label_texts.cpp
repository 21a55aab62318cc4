#include "erase/mark/label_texts.hpp"

#include <stdexcept>

#include "base/json_text.hpp"
#include "invisiblur/tracks.hpp"
#include "options/label.hpp"

namespace invisiblur {
namespace {

/// Track::extra holds it, as all that the tracks file says besides what the tracker needs.
std::string own_label(const std::string& path, const Track& track) {
    if (track.extra.find("\"label\"") == std::string::npos) return {};
    const Json fields = parse_json(track.extra);
    const auto label = fields.find("label");
    if (label == fields.end()) return {};
    if (!label->is_string()) throw std::invalid_argument(path + ": the label of track " + std::to_string(track.id) + " must be a text");
    const auto text = label->get<std::string>();
    if (!text.empty()) check_label_text(text);
    return text;
}

}  // namespace

LabelTexts::LabelTexts(const Options& options) {
    for (const std::string& value : options.label) {
        const Label label = parse_label(value);
        (label.of.empty() ? for_all_ : by_class_[label.of]) = label.text;
    }
    if (!options.tracks.empty()) read_tracks(options.tracks);
}

void LabelTexts::read_tracks(const std::string& path) {
    for (const Track& track : read_tracks_file(path).tracks) {
        if (std::string own = own_label(path, track); !own.empty()) by_track_[track.id] = std::move(own);
    }
}

const std::string& LabelTexts::text(int track, std::string_view of) const {
    if (const auto own = by_track_.find(track); track != 0 && own != by_track_.end()) return own->second;
    const auto general = by_class_.find(of);
    return general != by_class_.end() ? general->second : for_all_;
}

std::set<std::string> LabelTexts::all() const {
    std::set<std::string> texts{for_all_};
    for (const auto& [of, text] : by_class_) texts.insert(text);
    for (const auto& [track, text] : by_track_) texts.insert(text);
    texts.erase("");
    return texts;
}

}  // namespace invisiblur
