#include <algorithm>
#include <cstdlib>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <sstream>
#include <stdexcept>

#include "options/option_text.hpp"
#include "job/exchange/box_gathering.hpp"

// CVAT for video 1.1: <annotations> with <meta> and a <track> of <box>es; frames count from 0, corners are given. A box that is "outside" says that
// the track has ended. What the format has no place for stands in attributes of the label: score, from, pts, person.

namespace invisiblur {
namespace {

std::string where_of(std::size_t track, std::size_t box) {
    return "track[" + std::to_string(track) + "].box[" + std::to_string(box) + "]";
}

double number_of(const std::string& where, const pugi::xml_node& node, const char* name) {
    const auto number = parse_number<double>(node.attribute(name).value());
    if (!number) throw std::invalid_argument(where + " lacks the number " + name);
    return *number;
}

std::int64_t whole_of(const std::string& where, const pugi::xml_node& node, const char* name) {
    const auto number = parse_number<std::int64_t>(node.attribute(name).value());
    if (!number) throw std::invalid_argument(where + " lacks the whole number " + name);
    return *number;
}

/// One of a box's attributes; "" where it is not there.
std::string said(const pugi::xml_node& box, std::string_view name) {
    for (const pugi::xml_node& attribute : box.children("attribute"))
        if (attribute.attribute("name").value() == name) return attribute.text().get();
    return "";
}

std::int64_t whole_text(const pugi::xml_node& node, std::int64_t otherwise) {
    return parse_number<std::int64_t>(node.text().get()).value_or(otherwise);
}

/// A whole video's task; of a part of one the frame numbers would mean other frames.
void check_meta(const pugi::xml_node& meta, const BoxGathering& boxes) {
    pugi::xml_node task = meta.child("task");
    if (!task) task = meta.child("job");
    const pugi::xml_node size = meta.child("original_size") ? meta.child("original_size") : task.child("original_size");
    boxes.check_size("the file", whole_text(size.child("width"), 0), whole_text(size.child("height"), 0));
    boxes.check_film("the file", meta.child("source_sha256").text().get());
    boxes.check_frames(whole_text(task.child("size"), 0));
    if (whole_text(task.child("start_frame"), 0) != 0 || *task.child("frame_filter").text().get())
        throw std::invalid_argument("the file is of a part of a video, by start_frame or frame_filter: export the boxes of a task over all frames");
}

BoxGathering::Item item_of(const std::string& where, const pugi::xml_node& box, const std::string& kind, BoxSource from) {
    BoxGathering::Item item;
    const double left = number_of(where, box, "xtl"), top = number_of(where, box, "ytl");
    item.box = {static_cast<float>(left), static_cast<float>(top), static_cast<float>(number_of(where, box, "xbr") - left), static_cast<float>(number_of(where, box, "ybr") - top)};
    item.kind = kind;
    item.from = box_source(said(box, "from")).value_or(from);
    if (const auto score = parse_number<double>(said(box, "score"))) item.score = *score;
    if (const auto person = parse_number<int>(said(box, "person"))) item.person = std::max(0, *person);
    return item;
}

/// Numbers of tracks that begin again after an end: those that the file does not use.
class FreeNumbers {
public:
    explicit FreeNumbers(const pugi::xml_node& root) {
        for (const pugi::xml_node& track : root.children("track")) next_ = std::max(next_, parse_number<std::int64_t>(track.attribute("id").value()).value_or(0) + 1);
    }
    std::int64_t next() { return next_++; }

private:
    std::int64_t next_ = 1;
};

void take_track(BoxGathering& boxes, const pugi::xml_node& track, std::size_t number, FreeNumbers& free) {
    const std::string where = "track[" + std::to_string(number) + "]";
    std::int64_t id = whole_of(where, track, "id");
    const std::string kind = BoxGathering::kind_of(where, track.attribute("label").value());
    const BoxSource from = track.attribute("source").value() == std::string_view("auto") ? BoxSource::detector : BoxSource::hand;
    std::map<std::int64_t, std::pair<pugi::xml_node, std::size_t>> by_frame;
    std::size_t n = 0;
    for (const pugi::xml_node& box : track.children("box")) {
        const std::string at = where_of(number, n);
        if (!by_frame.emplace(whole_of(at, box, "frame"), std::pair(box, n)).second) throw std::invalid_argument(at + " is the second one of its frame");
        ++n;
    }
    bool ended = false, begun = false;
    for (const auto& [frame, box] : by_frame) {
        if (box.first.attribute("outside").as_int() != 0) {
            ended = true;
            continue;
        }
        if (ended && begun) id = free.next();
        ended = false, begun = true;
        const std::string at = where_of(number, box.second);
        boxes.add(at, frame, id, item_of(at, box.first, kind, from));
    }
}

void add_text(pugi::xml_node parent, const char* name, const std::string& text) {
    parent.append_child(name).text().set(text.c_str());
}

void add_meta(pugi::xml_node root, const Tracks& tracks, const FilmFacts& film) {
    pugi::xml_node meta = root.append_child("meta"), task = meta.append_child("task");
    add_text(task, "name", film.name);
    add_text(task, "size", std::to_string(film.frame_pts.size()));
    add_text(task, "mode", "interpolation");
    add_text(task, "overlap", "0");
    add_text(task, "start_frame", "0");
    add_text(task, "stop_frame", std::to_string(film.frame_pts.empty() ? 0 : film.frame_pts.size() - 1));
    add_text(task, "frame_filter", "");
    std::set<std::string> names{"face"};
    for (const Track& track : tracks.tracks) names.insert(BoxGathering::label_of(track));
    pugi::xml_node labels = task.append_child("labels");
    for (const std::string& name : names) {
        pugi::xml_node label = labels.append_child("label");
        add_text(label, "name", name);
        pugi::xml_node attributes = label.append_child("attributes");
        for (const char* field : {"score", "from", "pts", "person"}) {
            pugi::xml_node attribute = attributes.append_child("attribute");
            add_text(attribute, "name", field);
            add_text(attribute, "mutable", "True");
            add_text(attribute, "input_type", "text");
            add_text(attribute, "default_value", "");
            add_text(attribute, "values", "");
        }
    }
    pugi::xml_node size = task.append_child("original_size");
    add_text(size, "width", std::to_string(film.width));
    add_text(size, "height", std::to_string(film.height));
    add_text(task, "source", film.name);
    if (!film.sha256.empty()) add_text(meta, "source_sha256", film.sha256);
}

void add_box(pugi::xml_node track, std::int64_t frame, const TrackBox& box, int person, bool outside) {
    pugi::xml_node node = track.append_child("box");
    const double x = static_cast<double>(box.box.x), y = static_cast<double>(box.box.y);
    const auto set = [&](const char* name, const std::string& value) { node.append_attribute(name).set_value(value.c_str()); };
    set("frame", std::to_string(frame));
    set("keyframe", "1");
    set("outside", outside ? "1" : "0");
    set("occluded", "0");
    set("xtl", exact_number(x));
    set("ytl", exact_number(y));
    set("xbr", exact_number(x + static_cast<double>(box.box.w)));
    set("ybr", exact_number(y + static_cast<double>(box.box.h)));
    set("z_order", "0");
    const auto add = [&](const char* name, const std::string& value) {
        pugi::xml_node attribute = node.append_child("attribute");
        attribute.append_attribute("name").set_value(name);
        attribute.text().set(value.c_str());
    };
    add("score", exact_number(box.score));
    add("from", std::string(to_string(box.from)));
    add("pts", std::to_string(box.pts));
    if (person != 0) add("person", std::to_string(person));
}

}  // namespace

Tracks parse_cvat(std::string_view text, const FilmFacts& film) {
    pugi::xml_document document;
    const pugi::xml_parse_result result = document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!result) throw std::invalid_argument("the file is no XML: at byte " + std::to_string(result.offset) + ", " + result.description());
    const pugi::xml_node root = document.child("annotations");
    if (!root) throw std::invalid_argument("the file has no <annotations>, with which CVAT for video begins");
    if (const std::string_view version = root.child("version").text().get(); !version.empty() && version != "1.1")
        throw std::invalid_argument("the file has CVAT's version " + invisiblur::quoted(version) + ", and 1.1 is known");
    if (root.child("image")) throw std::invalid_argument("the file is CVAT for images: export it as CVAT for video 1.1");
    BoxGathering boxes(film);
    check_meta(root.child("meta"), boxes);
    FreeNumbers free(root);
    std::size_t number = 0;
    for (const pugi::xml_node& track : root.children("track")) take_track(boxes, track, number++, free);
    return boxes.finish();
}

std::string print_cvat(const Tracks& tracks, const FilmFacts& film) {
    pugi::xml_document document;
    pugi::xml_node declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version").set_value("1.0");
    declaration.append_attribute("encoding").set_value("utf-8");
    pugi::xml_node root = document.append_child("annotations");
    add_text(root, "version", "1.1");
    add_meta(root, tracks, film);
    const auto frames = static_cast<std::int64_t>(film.frame_pts.size());
    for (const Track& track : tracks.tracks) {
        if (track.boxes.empty()) continue;
        pugi::xml_node node = root.append_child("track");
        node.append_attribute("id").set_value(track.id);
        node.append_attribute("label").set_value(BoxGathering::label_of(track).c_str());
        node.append_attribute("source").set_value(track.boxes.front().from == BoxSource::hand ? "manual" : "auto");
        for (const TrackBox& box : track.boxes) add_box(node, frame_number(film, box.pts), box, track.person, false);
        const std::int64_t end = frame_number(film, track.boxes.back().pts) + 1;
        if (end < frames) add_box(node, end, track.boxes.back(), track.person, true);
    }
    std::ostringstream text;
    document.save(text, " ", pugi::format_default, pugi::encoding_utf8);
    return text.str();
}

}  // namespace invisiblur
