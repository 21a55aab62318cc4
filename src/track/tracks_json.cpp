#include "track/tracks_json.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <unordered_set>

namespace invisiblur {
namespace {

constexpr std::string_view kFormat = "invisiblur-tracks";
constexpr int kVersion = 1;
constexpr double kMaxCoordinate = 1048576;
constexpr std::int64_t kMaxPts = std::int64_t{1} << 62;
constexpr std::int64_t kMaxInt = std::numeric_limits<int>::max();

/// A value with the way to it, so that errors can name the place.
class Field {
public:
    Field(const Json& value, std::string path) : value_(value), path_(std::move(path)) {}

    [[noreturn]] void refuse(const std::string& what) const {
        throw std::invalid_argument((path_.empty() ? std::string("the file") : path_) + " " + what);
    }

    void need_object() const {
        if (!value_.is_object()) refuse("must be an object");
    }
    void need_list() const {
        if (!value_.is_array()) refuse("must be a list");
    }

    std::size_t size() const { return value_.size(); }
    Field at(std::size_t i) const { return {value_[i], path_ + "[" + std::to_string(i) + "]"}; }

    std::optional<Field> find(const char* key) const {
        const auto found = value_.find(key);
        if (found == value_.end()) return std::nullopt;
        return Field(*found, path_.empty() ? key : path_ + "." + key);
    }
    Field get(const char* key) const {
        if (auto field = find(key)) return *field;
        refuse(std::string("lacks the field ") + key);
    }

    std::int64_t integer(std::int64_t min, std::int64_t max) const {
        const bool fits = value_.is_number_integer() &&
                          (!value_.is_number_unsigned() || value_.get<std::uint64_t>() <= static_cast<std::uint64_t>(kMaxPts));
        if (!fits || value_.get<std::int64_t>() < min || value_.get<std::int64_t>() > max) {
            refuse("must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
        }
        return value_.get<std::int64_t>();
    }
    float number(double min, double max, const char* sentence) const {
        if (!value_.is_number() || !(value_.get<double>() >= min && value_.get<double>() <= max)) refuse(sentence);
        return static_cast<float>(value_.get<double>());
    }
    float size_number() const {
        const char* const sentence = "must be a number greater than 0 and at most 1048576";
        const float value = number(0, kMaxCoordinate, sentence);
        if (!(value > 0)) refuse(sentence);
        return value;
    }
    std::string text() const {
        if (!value_.is_string()) refuse("must be a text");
        return value_.get<std::string>();
    }

    /// The fields that are none of `known`, as an object.
    Json unknown(std::initializer_list<std::string_view> known) const {
        Json rest = Json::object();
        for (const auto& [key, value] : value_.items()) {
            if (std::ranges::find(known, key) == known.end()) rest[key] = value;
        }
        return rest;
    }

private:
    const Json& value_;
    std::string path_;
};

std::string extra_text(const Json& unknown) {
    return unknown.empty() ? std::string() : unknown.dump();
}

BoxSource read_from(const Field& field) {
    if (const auto from = box_source(field.text())) return *from;
    field.refuse("must be detector, flow, bridge or hand");
}

TrackBox read_box(const Field& field) {
    field.need_object();
    const char* const coordinate = "must be a number from -1048576 to 1048576";
    TrackBox box;
    box.pts = field.get("pts").integer(-kMaxPts, kMaxPts);
    box.box.x = field.get("x").number(-kMaxCoordinate, kMaxCoordinate, coordinate);
    box.box.y = field.get("y").number(-kMaxCoordinate, kMaxCoordinate, coordinate);
    box.box.w = field.get("w").size_number();
    box.box.h = field.get("h").size_number();
    // Who draws a box by hand is sure of it.
    const auto score = field.find("score");
    box.score = score ? score->number(0, 1, "must be a number from 0 to 1") : 1.0F;
    const auto from = field.find("from");
    box.from = from ? read_from(*from) : BoxSource::hand;
    return box;
}

/// Puts boxes in order of time; `list` tells the places of two that share one.
void sort_boxes(std::pmr::vector<TrackBox>& boxes, const Field& list) {
    std::vector<std::size_t> order(boxes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return boxes[i].pts; });
    std::pmr::vector<TrackBox> sorted;
    sorted.reserve(boxes.size());
    for (std::size_t k = 0; k < order.size(); ++k) {
        const TrackBox& box = boxes[order[k]];
        if (k > 0 && sorted.back().pts == box.pts) {
            list.at(order[k]).get("pts").refuse("is " + std::to_string(box.pts) + " for the second time in this track");
        }
        sorted.push_back(box);
    }
    boxes = std::move(sorted);
}

Track read_track(const Field& field) {
    field.need_object();
    Track track;
    track.id = static_cast<int>(field.get("id").integer(0, kMaxInt));
    if (const auto person = field.find("person")) track.person = static_cast<int>(person->integer(0, kMaxInt));
    const Field list = field.get("boxes");
    list.need_list();
    Json box_extras = Json::object();
    track.boxes.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Field item = list.at(i);
        track.boxes.push_back(read_box(item));
        Json unknown = item.unknown({"pts", "x", "y", "w", "h", "score", "from"});
        if (!unknown.empty()) box_extras[std::to_string(track.boxes.back().pts)] = std::move(unknown);
    }
    sort_boxes(track.boxes, list);
    Json extra = field.unknown({"id", "boxes", "person"});
    if (const auto kind = field.find("kind")) {
        track.kind = kind->text();
        extra.erase("kind");
    }
    if (!box_extras.empty()) extra["boxes"] = std::move(box_extras);
    track.extra = extra_text(extra);
    return track;
}

std::string read_sha256(const Field& field) {
    std::string text = field.text();
    for (char& c : text) {
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
    if (!text.empty() && (text.size() != 64 || text.find_first_not_of("0123456789abcdef") != std::string::npos)) {
        field.refuse("must be 64 hexadecimal digits, or empty where it is unknown");
    }
    return text;
}

TracksSource read_source(const Field& field) {
    field.need_object();
    TracksSource source;
    if (const auto sha256 = field.find("sha256")) source.sha256 = read_sha256(*sha256);
    if (const auto width = field.find("width")) source.width = static_cast<int>(width->integer(0, kMaxInt));
    if (const auto height = field.find("height")) source.height = static_cast<int>(height->integer(0, kMaxInt));
    if (const auto frames = field.find("frames")) source.frames = frames->integer(0, kMaxPts);
    if (const auto base = field.find("time_base")) {
        base->need_list();
        if (base->size() != 2) base->refuse("must be a list of two numbers, such as [1, 1000]");
        source.time_base_num = base->at(0).integer(0, kMaxInt);
        source.time_base_den = base->at(1).integer(0, kMaxInt);
        if ((source.time_base_num == 0) != (source.time_base_den == 0)) base->refuse("must not have one 0");
    }
    source.extra = extra_text(field.unknown({"sha256", "width", "height", "time_base", "frames"}));
    return source;
}

void check_header(const Field& root) {
    root.need_object();
    const Field format = root.get("format");
    if (format.text() != kFormat) format.refuse("must be \"invisiblur-tracks\": this is no tracks file");
    const Field version = root.get("version");
    if (version.integer(0, kMaxInt) != kVersion) version.refuse("must be 1: this program knows no other version of tracks files");
}

}  // namespace

Tracks tracks_from_json(const Json& json) {
    const Field root(json, "");
    check_header(root);
    Tracks tracks;
    if (const auto source = root.find("source")) tracks.source = read_source(*source);
    const Field list = root.get("tracks");
    list.need_list();
    std::unordered_set<int> ids;
    for (std::size_t i = 0; i < list.size(); ++i) {
        tracks.tracks.push_back(read_track(list.at(i)));
        if (!ids.insert(tracks.tracks.back().id).second) {
            list.at(i).get("id").refuse("is " + std::to_string(tracks.tracks.back().id) + " for the second time");
        }
    }
    tracks.extra = extra_text(root.unknown({"format", "version", "source", "tracks"}));
    return tracks;
}

}  // namespace invisiblur
