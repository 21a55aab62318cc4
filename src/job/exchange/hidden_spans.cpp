#include "job/exchange/hidden_spans.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <pugixml.hpp>
#include <sstream>

#include "base/frame_rate.hpp"
#include "base/time_code.hpp"
#include "job/exchange/box_gathering.hpp"

namespace invisiblur {
namespace {

std::string who_of(const Track& track) {
    if (track.person > 0) return "person " + std::to_string(track.person);
    return BoxGathering::label_of(track) + " " + std::to_string(track.id);
}

/// When a frame begins; the frame after the last one after the usual time.
double start_of(const FilmFacts& film, std::int64_t frame) {
    const double tick_s = static_cast<double>(film.time_base_num) / static_cast<double>(film.time_base_den);
    const auto frames = static_cast<std::int64_t>(film.frame_pts.size());
    if (frame < frames) return static_cast<double>(film.frame_pts[static_cast<std::size_t>(frame)]) * tick_s;
    return static_cast<double>(film.frame_pts.back()) * tick_s + 1 / frame_rate_or_usual(film.frame_rate);
}

/// Spans of one who that touch or lie upon one another become one.
void join_touching(std::vector<HiddenSpan>& spans) {
    std::map<std::string, HiddenSpan*> last;
    std::vector<HiddenSpan> joined;
    joined.reserve(spans.size());
    for (const HiddenSpan& span : spans) {
        HiddenSpan*& before = last[span.who];
        if (before && span.start_s <= before->end_s) {
            before->end_s = std::max(before->end_s, span.end_s);
            continue;
        }
        joined.push_back(span);
        before = &joined.back();
    }
    spans = std::move(joined);
}

std::int64_t milliseconds(double time_s) {
    return std::max<std::int64_t>(0, std::llround(time_s * 1000));
}

}  // namespace

std::vector<HiddenSpan> hidden_spans(const Tracks& tracks, const FilmFacts& film) {
    std::vector<HiddenSpan> spans;
    if (film.frame_pts.empty()) return spans;
    for (const Track& track : tracks.tracks) {
        std::int64_t last = -2;
        for (const TrackBox& box : track.boxes) {
            const std::int64_t frame = frame_number(film, box.pts);
            if (frame > last + 1 || last < 0) spans.push_back({who_of(track), start_of(film, frame), 0});
            spans.back().end_s = start_of(film, frame + 1);
            last = frame;
        }
    }
    std::ranges::stable_sort(spans, {}, &HiddenSpan::start_s);
    join_touching(spans);
    return spans;
}

std::string print_webvtt(const std::vector<HiddenSpan>& spans) {
    std::string text = "WEBVTT\n";
    for (const HiddenSpan& span : spans) {
        const std::int64_t start = milliseconds(span.start_s), end = milliseconds(span.end_s);
        if (end <= start) continue;
        text += "\n" + time_code(static_cast<double>(start) / 1000) + " --> " + time_code(static_cast<double>(end) / 1000) + "\n<v " + span.who + ">" + span.who + " is hidden\n";
    }
    return text;
}

std::string print_eaf(const std::vector<HiddenSpan>& spans, const std::string& media) {
    pugi::xml_document document;
    pugi::xml_node declaration = document.append_child(pugi::node_declaration);
    const auto set = [](pugi::xml_node node, const char* name, const std::string& value) { node.append_attribute(name).set_value(value.c_str()); };
    set(declaration, "version", "1.0");
    set(declaration, "encoding", "UTF-8");
    pugi::xml_node root = document.append_child("ANNOTATION_DOCUMENT");
    set(root, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    set(root, "xsi:noNamespaceSchemaLocation", "http://www.mpi.nl/tools/elan/EAFv3.0.xsd");
    set(root, "AUTHOR", "");
    set(root, "DATE", "1970-01-01T00:00:00+00:00");  // the same spans are the same file
    set(root, "FORMAT", "3.0");
    set(root, "VERSION", "3.0");
    pugi::xml_node header = root.append_child("HEADER");
    set(header, "MEDIA_FILE", "");
    set(header, "TIME_UNITS", "milliseconds");
    pugi::xml_node descriptor = header.append_child("MEDIA_DESCRIPTOR");
    set(descriptor, "MEDIA_URL", "./" + media);
    set(descriptor, "RELATIVE_MEDIA_URL", "./" + media);
    set(descriptor, "MIME_TYPE", "unknown");
    pugi::xml_node order = root.append_child("TIME_ORDER");
    std::map<std::string, pugi::xml_node> tiers;
    int slot = 0, number = 0;
    const auto slot_at = [&](std::int64_t ms) {
        pugi::xml_node node = order.append_child("TIME_SLOT");
        const std::string id = "ts" + std::to_string(++slot);
        set(node, "TIME_SLOT_ID", id);
        set(node, "TIME_VALUE", std::to_string(ms));
        return id;
    };
    for (const HiddenSpan& span : spans) {
        const std::int64_t start = milliseconds(span.start_s), end = milliseconds(span.end_s);
        if (end <= start) continue;
        pugi::xml_node& tier = tiers[span.who];
        if (!tier) {
            tier = root.append_child("TIER");
            set(tier, "LINGUISTIC_TYPE_REF", "hidden");
            set(tier, "TIER_ID", span.who);
        }
        pugi::xml_node annotation = tier.append_child("ANNOTATION").append_child("ALIGNABLE_ANNOTATION");
        set(annotation, "ANNOTATION_ID", "a" + std::to_string(++number));
        set(annotation, "TIME_SLOT_REF1", slot_at(start));
        set(annotation, "TIME_SLOT_REF2", slot_at(end));
        annotation.append_child("ANNOTATION_VALUE").text().set("hidden");
    }
    pugi::xml_node type = root.append_child("LINGUISTIC_TYPE");
    set(type, "GRAPHIC_REFERENCES", "false");
    set(type, "LINGUISTIC_TYPE_ID", "hidden");
    set(type, "TIME_ALIGNABLE", "true");
    std::ostringstream text;
    document.save(text, " ", pugi::format_default, pugi::encoding_utf8);
    return text.str();
}

}  // namespace invisiblur
