#include "job/exchange/box_formats.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "job/exchange/box_gathering.hpp"

namespace invisiblur {
namespace {

// As of tracks files, in which boxes take less room.
constexpr std::size_t kMaxFile_bytes = std::size_t{256} << 20;

// That a box was followed is said by how its boxes were found, too.
constexpr std::string_view kFollowed = R"({"followed":true})";

Tracks parse_own(std::string_view text, const FilmFacts& film) {
    Tracks tracks = parse_tracks(text);
    const BoxGathering boxes(film);
    boxes.check_size("the file", tracks.source.width, tracks.source.height);
    boxes.check_film("the file", tracks.source.sha256);
    boxes.check_frames(tracks.source.frames);
    boxes.check_times(tracks);
    return tracks;
}

/// "a, b and c"
std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

std::string lost_in(const Tracks& tracks, BoxFormat format) {
    if (format == BoxFormat::invisiblur) return "";
    const auto any = [&](auto&& has) { return std::ranges::any_of(tracks.tracks, has); };
    std::vector<std::string> lost;
    if (format == BoxFormat::mot) {
        if (any([](const Track& t) { return !t.kind.empty(); })) lost.emplace_back("what is hidden where it is no face");
        if (any([](const Track& t) { return t.person != 0; })) lost.emplace_back("which person it is");
        const auto other = [](const TrackBox& b) { return b.from != BoxSource::detector; };
        if (any([&](const Track& t) { return std::ranges::any_of(t.boxes, other); })) lost.emplace_back("how boxes were found");
        if (any([](const Track& t) { return t.id < 1; })) lost.emplace_back("the number of track 0");
    }
    const bool fields = !tracks.extra.empty() || !tracks.source.extra.empty() || any([](const Track& t) { return !t.extra.empty() && t.extra != kFollowed; });
    if (fields) lost.emplace_back("fields that only tracks files have");
    return listed(lost);
}

}  // namespace

Tracks parse_boxes(std::string_view text, BoxFormat format, const FilmFacts& film) {
    if (text.size() > kMaxFile_bytes) throw std::invalid_argument("a file of boxes must not be larger than 256 MiB");
    switch (format) {
        case BoxFormat::cvat:
            return parse_cvat(text, film);
        case BoxFormat::mot:
            return parse_mot(text, film);
        case BoxFormat::coco:
            return parse_coco(text, film);
        case BoxFormat::invisiblur:
            break;
    }
    return parse_own(text, film);
}

PrintedBoxes print_boxes(const Tracks& tracks, BoxFormat format, const FilmFacts& film) {
    const std::string lost = lost_in(tracks, format);
    if (film.frame_pts.empty() && format != BoxFormat::invisiblur && !tracks.tracks.empty())
        throw std::invalid_argument("boxes by frame numbers need a video that has frames");
    switch (format) {
        case BoxFormat::cvat:
            return {print_cvat(tracks, film), lost};
        case BoxFormat::mot:
            return {print_mot(tracks, film), lost};
        case BoxFormat::coco:
            return {print_coco(tracks, film), lost};
        case BoxFormat::invisiblur:
            break;
    }
    return {print_tracks(tracks), lost};
}

Tracks read_boxes_file(const BoxFileName& name, const FilmFacts& film) {
    std::ifstream file(name.path, std::ios::binary);
    std::string text;
    char block[65536];
    while (file && text.size() <= kMaxFile_bytes) {
        file.read(block, sizeof block);
        text.append(block, static_cast<std::size_t>(file.gcount()));
    }
    if (!file.eof() && text.size() <= kMaxFile_bytes) throw std::runtime_error("cannot read the boxes file " + name.path);
    try {
        return parse_boxes(text, name.format, film);
    } catch (const std::invalid_argument& error) {
        const std::string hint = name.named || name.format != BoxFormat::invisiblur || text.find("\"images\"") == std::string::npos
                                     ? ""
                                     : "; it looks like COCO: say so, as " + name.path + ":coco";
        throw std::invalid_argument(name.path + ": " + error.what() + hint);
    }
}

}  // namespace invisiblur
