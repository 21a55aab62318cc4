#include <algorithm>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "job/exchange/box_gathering.hpp"
#include "options/option_text.hpp"
#include "track/track_ids.hpp"

// MOT challenge (Leal-Taixe et al., 2015; Milan et al., 2016): a line for each box, "frame,id,left,top,width,height,confidence,x,y,z", or
// with class and visibility in place of the last three as in its ground truth. Frames, numbers and corners count from 1.

namespace invisiblur {
namespace {

constexpr std::size_t kFewestFields = 6, kClass = 7;
// In ground truth: the class of people on foot, and what stands for none.
constexpr double kPedestrian = 1;

std::vector<double> fields_of(const std::string& where, std::string_view line) {
    std::vector<double> fields;
    while (true) {
        const auto comma = line.find(',');
        std::string_view text = line.substr(0, comma);
        while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
        while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
        const auto number = parse_number<double>(text);
        if (!number) throw std::invalid_argument(where + " holds " + invisiblur::quoted(text) + " where MOT challenge has a number");
        fields.push_back(*number);
        if (comma == std::string_view::npos) return fields;
        line.remove_prefix(comma + 1);
    }
}

std::int64_t whole(const std::string& where, double value, const char* what) {
    constexpr double kMost = 1e15;
    if (!(value >= -kMost && value <= kMost) || value != static_cast<double>(static_cast<std::int64_t>(value)))
        throw std::invalid_argument(where + " has a " + what + " that is no whole number");
    return static_cast<std::int64_t>(value);
}

void take_line(BoxGathering& boxes, const std::string& where, std::string_view line) {
    const std::vector<double> fields = fields_of(where, line);
    if (fields.size() < kFewestFields) throw std::invalid_argument(where + " has " + std::to_string(fields.size()) + " numbers where MOT challenge has at least 6");
    BoxGathering::Item item{{static_cast<float>(fields[2] - 1), static_cast<float>(fields[3] - 1), static_cast<float>(fields[4]), static_cast<float>(fields[5])}, 1, BoxSource::detector, {}, 0};
    if (fields.size() > kFewestFields) item.score = fields[6];
    if (fields.size() == kClass + 2 && fields[kClass] > 0) {  // ground truth
        if (fields[kClass] != kPedestrian)
            throw std::invalid_argument(where + " is of class " + exact_number(fields[kClass]) + ", and only 1, people, is known: take it out, or make it 1 if it is to be hidden");
        item.kind = "person";
    }
    const std::int64_t frame = whole(where, fields[0], "frame") - 1, id = whole(where, fields[1], "number of its track");
    if (frame < 0) throw std::invalid_argument(where + " is of frame " + std::to_string(frame + 1) + ", and MOT challenge counts from 1");
    if (id < 0)
        boxes.add_loose(where, frame, item);
    else
        boxes.add(where, frame, id, item);
}

}  // namespace

Tracks parse_mot(std::string_view text, const FilmFacts& film) {
    BoxGathering boxes(film);
    for (std::size_t line = 1; !text.empty(); ++line) {
        const auto end = text.find('\n');
        const std::string_view content = text.substr(0, end);
        if (content.find_first_not_of(" \t\r") != std::string_view::npos) take_line(boxes, "line " + std::to_string(line), content);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return boxes.finish();
}

std::string print_mot(const Tracks& tracks, const FilmFacts& film) {
    const int free_id = highest_id(tracks) + 1;
    std::vector<std::tuple<std::int64_t, int, const TrackBox*>> rows;
    for (const Track& track : tracks.tracks)
        for (const TrackBox& box : track.boxes) rows.emplace_back(frame_number(film, box.pts) + 1, track.id >= 1 ? track.id : free_id, &box);
    std::ranges::stable_sort(rows, [](const auto& a, const auto& b) { return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b)); });
    std::string text;
    for (const auto& [frame, id, box] : rows) {
        const Box& b = box->box;
        text += std::to_string(frame) + ',' + std::to_string(id) + ',' + exact_number(static_cast<double>(b.x) + 1) + ',' + exact_number(static_cast<double>(b.y) + 1) + ',' +
                exact_number(b.w) + ',' + exact_number(b.h) + ',' + exact_number(box->score) + ",-1,-1,-1\n";
    }
    return text;
}

}  // namespace invisiblur
