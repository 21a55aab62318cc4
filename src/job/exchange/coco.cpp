#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>

#include "base/json_text.hpp"
#include "options/option_text.hpp"
#include "job/exchange/box_gathering.hpp"

// COCO (Lin et al., ECCV 2014) with the fields that its relatives for video have: "videos", and "video_id" and "frame_id" (from 0) of each image,
// "instance_id" or "track_id" of each annotation. Ours besides, which other readers pass over: "pts" of an image; "score", "from" and
// "person" of an annotation.

namespace invisiblur {
namespace {

constexpr double kMostWhole = 9e15;

std::string place(const char* list, std::size_t i) {
    return std::string(list) + "[" + std::to_string(i) + "]";
}

std::optional<double> number_in(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

std::int64_t whole_in(const std::string& where, const Json& object, const char* key) {
    const auto number = number_in(object, key);
    if (!number || !(*number >= -kMostWhole && *number <= kMostWhole) || *number != static_cast<double>(static_cast<std::int64_t>(*number)))
        throw std::invalid_argument(where + "." + key + " must be a whole number");
    return static_cast<std::int64_t>(*number);
}

std::string text_in(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const Json& list_in(const Json& root, const char* key) {
    const auto found = root.find(key);
    if (found == root.end() || !found->is_array()) throw std::invalid_argument(std::string("the file lacks the list ") + key + ", which COCO has");
    for (std::size_t i = 0; i < found->size(); ++i)
        if (!(*found)[i].is_object()) throw std::invalid_argument(place(key, i) + " must be an object");
    return *found;
}

/// Of several videos in one file the one with the film's name.
std::optional<std::int64_t> video_of(const Json& root, const FilmFacts& film) {
    const auto videos = root.find("videos");
    if (videos == root.end() || !videos->is_array() || videos->size() < 2) return std::nullopt;
    for (std::size_t i = 0; i < videos->size(); ++i) {
        const Json& video = (*videos)[i];
        if (video.is_object() && text_in(video, "name") == film.name) return whole_in(place("videos", i), video, "id");
    }
    throw std::invalid_argument("the file is of " + std::to_string(videos->size()) + " videos, and none of them has the name " + invisiblur::quoted(film.name));
}

/// Frame numbers of the images, by their ids.
std::map<std::int64_t, std::int64_t> frames_of(const Json& root, std::optional<std::int64_t> video, const BoxGathering& boxes) {
    std::map<std::int64_t, std::int64_t> frames;
    const Json& images = list_in(root, "images");
    for (std::size_t i = 0; i < images.size(); ++i) {
        const std::string where = place("images", i);
        const Json& image = images[i];
        if (video && image.contains("video_id") && whole_in(where, image, "video_id") != *video) continue;
        boxes.check_size(where, image.contains("width") ? whole_in(where, image, "width") : 0, image.contains("height") ? whole_in(where, image, "height") : 0);
        const char* const key = image.contains("frame_id") ? "frame_id" : "frame_index";
        if (!image.contains(key)) throw std::invalid_argument(where + " lacks frame_id: which frame of the video is it?");
        if (!frames.emplace(whole_in(where, image, "id"), whole_in(where, image, key)).second) throw std::invalid_argument(where + ".id is there for the second time");
    }
    return frames;
}

std::map<std::int64_t, std::string> kinds_of(const Json& root) {
    std::map<std::int64_t, std::string> names;
    const Json& categories = list_in(root, "categories");
    for (std::size_t i = 0; i < categories.size(); ++i) names[whole_in(place("categories", i), categories[i], "id")] = text_in(categories[i], "name");
    return names;
}

BoxGathering::Item item_of(const std::string& where, const Json& annotation, const std::map<std::int64_t, std::string>& kinds) {
    const auto kind = kinds.find(whole_in(where, annotation, "category_id"));
    if (kind == kinds.end()) throw std::invalid_argument(where + ".category_id is that of no category");
    BoxGathering::Item item;
    item.kind = BoxGathering::kind_of(where, kind->second);
    const auto bbox = annotation.find("bbox");
    const bool four = bbox != annotation.end() && bbox->is_array() && bbox->size() == 4 && std::ranges::all_of(*bbox, [](const Json& n) { return n.is_number(); });
    if (!four) throw std::invalid_argument(where + ".bbox must be a list of four numbers: left, top, width, height");
    item.box = {(*bbox)[0].get<float>(), (*bbox)[1].get<float>(), (*bbox)[2].get<float>(), (*bbox)[3].get<float>()};
    item.score = number_in(annotation, "score").value_or(1);
    item.from = box_source(text_in(annotation, "from")).value_or(item.from);
    if (annotation.contains("person")) item.person = static_cast<int>(std::clamp<std::int64_t>(whole_in(where, annotation, "person"), 0, INT32_MAX));
    return item;
}

}  // namespace

Tracks parse_coco(std::string_view text, const FilmFacts& film) {
    const Json root = parse_json(text);
    if (!root.is_object()) throw std::invalid_argument("the file must be an object with images, annotations and categories, as COCO has it; a list of results lacks the frames");
    BoxGathering boxes(film);
    if (const auto info = root.find("info"); info != root.end() && info->is_object()) boxes.check_film("the file", text_in(*info, "source_sha256"));
    const auto video = video_of(root, film);
    const auto frames = frames_of(root, video, boxes);
    const auto kinds = kinds_of(root);
    const Json& annotations = list_in(root, "annotations");
    for (std::size_t i = 0; i < annotations.size(); ++i) {
        const std::string where = place("annotations", i);
        const auto frame = frames.find(whole_in(where, annotations[i], "image_id"));
        if (frame == frames.end()) {
            if (video) continue;  // of another one
            throw std::invalid_argument(where + ".image_id is that of no image");
        }
        const BoxGathering::Item item = item_of(where, annotations[i], kinds);
        const char* const key = annotations[i].contains("track_id") ? "track_id" : "instance_id";
        if (annotations[i].contains(key))
            boxes.add(where, frame->second, whole_in(where, annotations[i], key), item);
        else
            boxes.add_loose(where, frame->second, item);
    }
    return boxes.finish();
}

namespace {

std::string quote(const std::string& text) {
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// "key": value, more of them after commas.
struct Fields {
    std::string text;
    Fields& add(const char* key, const std::string& value) {
        text += std::string(text.empty() ? "\"" : ", \"") + key + "\": " + value;
        return *this;
    }
    Fields& add(const char* key, std::int64_t value) { return add(key, std::to_string(value)); }
    std::string object() const { return "{" + text + "}"; }
};

using Categories = std::map<std::string, int>;

Categories categories_of(const Tracks& tracks) {
    Categories categories{{"face", 0}};
    for (const Track& track : tracks.tracks) categories.emplace(BoxGathering::label_of(track), 0);
    for (int number = 0; auto& [name, id] : categories) id = ++number;
    return categories;
}

std::string print_image(const FilmFacts& film, std::size_t frame) {
    Fields fields;
    fields.add("id", static_cast<std::int64_t>(frame + 1)).add("video_id", 1).add("frame_id", static_cast<std::int64_t>(frame));
    fields.add("file_name", quote(film.name + "/" + std::to_string(frame))).add("width", film.width).add("height", film.height).add("pts", film.frame_pts[frame]);
    return fields.object();
}

std::string print_annotation(std::int64_t number, const Track& track, const TrackBox& box, int category, const FilmFacts& film) {
    const Box& b = box.box;
    Fields fields;
    fields.add("id", number).add("video_id", 1).add("image_id", frame_number(film, box.pts) + 1).add("category_id", category);
    fields.add("instance_id", track.id).add("track_id", track.id);
    fields.add("bbox", "[" + exact_number(b.x) + ", " + exact_number(b.y) + ", " + exact_number(b.w) + ", " + exact_number(b.h) + "]");
    fields.add("area", exact_number(static_cast<double>(b.w) * static_cast<double>(b.h))).add("iscrowd", 0).add("score", exact_number(box.score));
    fields.add("from", quote(std::string(to_string(box.from))));
    if (track.person != 0) fields.add("person", track.person);
    return fields.object();
}

}  // namespace

std::string print_coco(const Tracks& tracks, const FilmFacts& film) {
    const std::string base = "[" + std::to_string(film.time_base_num) + ", " + std::to_string(film.time_base_den) + "]";
    std::string text = "{\"info\": " + Fields().add("description", quote("hidden boxes of a video")).add("source_sha256", quote(film.sha256)).add("time_base", base).object();
    const std::string video = Fields().add("id", 1).add("name", quote(film.name)).add("width", film.width).add("height", film.height).object();
    text += ",\n\"licenses\": [],\n\"videos\": [" + video + "],\n\"categories\": [";
    const Categories categories = categories_of(tracks);
    for (const auto& [name, id] : categories) text += (id > 1 ? ", " : "") + Fields().add("id", id).add("name", quote(name)).add("supercategory", quote("hidden")).object();
    text += "],\n\"images\": [";
    for (std::size_t i = 0; i < film.frame_pts.size(); ++i) text += (i > 0 ? ",\n" : "\n") + print_image(film, i);
    text += "],\n\"annotations\": [";
    std::int64_t number = 0;
    for (const Track& track : tracks.tracks) {
        for (const TrackBox& box : track.boxes) {
            text += ++number > 1 ? ",\n" : "\n";
            text += print_annotation(number, track, box, categories.at(BoxGathering::label_of(track)), film);
        }
    }
    return text + "]}\n";
}

}  // namespace invisiblur
