#include "invisiblur/tracks.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <unordered_set>

#include "base/atomic_file.hpp"
#include "track/tracks_json.hpp"

namespace invisiblur {
namespace {

// Two hours of a crowded street are about 80 MB; much more is a mistake or an attack, and takes ten times its size in memory.
constexpr std::size_t kMaxFile_bytes = std::size_t{128} << 20;

}  // namespace

std::string_view to_string(BoxSource from) {
    switch (from) {
        case BoxSource::detector:
            return "detector";
        case BoxSource::flow:
            return "flow";
        case BoxSource::bridge:
            return "bridge";
        case BoxSource::hand:
            break;
    }
    return "hand";
}

std::optional<BoxSource> box_source(std::string_view text) {
    for (const BoxSource from : {BoxSource::detector, BoxSource::flow, BoxSource::bridge, BoxSource::hand})
        if (text == to_string(from)) return from;
    return std::nullopt;
}

Tracks parse_tracks(std::string_view json) {
    if (json.size() > kMaxFile_bytes) throw std::invalid_argument("a tracks file must not be larger than 128 MiB");
    return tracks_from_json(parse_json(json));
}

Tracks read_tracks_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text;
    char block[65536];
    // A folder opens and then gives nothing: only a read that was tried tells.
    while (file && text.size() <= kMaxFile_bytes) {
        file.read(block, sizeof block);
        text.append(block, static_cast<std::size_t>(file.gcount()));
    }
    if (!file.eof() && text.size() <= kMaxFile_bytes) throw std::runtime_error("cannot read the tracks file " + path);
    try {
        return parse_tracks(text);
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(path + ": " + error.what());
    }
}

void write_tracks_file(const std::string& path, const Tracks& tracks) {
    write_file_atomically(path, print_tracks(tracks));
}

}  // namespace invisiblur
