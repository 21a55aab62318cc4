#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "job/exchange/box_formats.hpp"

namespace invisiblur {

/// Gathers boxes as a file names them, by frame numbers, into tracks; what the readers of all formats share.
/// Errors: std::invalid_argument; sentences begin with `where`, the place in the file.
/// Threads: one thread at a time.
class BoxGathering {
public:
    explicit BoxGathering(const FilmFacts& film) : film_(film) {}

    /// Makes sure that a picture's size is the film's. In: 0 where the file does not say.
    void check_size(const std::string& where, std::int64_t width, std::int64_t height) const;

    /// Makes sure that the file is of this film. In: sha256, "" where the file does not say.
    void check_film(const std::string& where, const std::string& sha256) const;

    /// Makes sure that the film has as many frames as the file's. In: 0 where the file does not say.
    void check_frames(std::int64_t frames) const;

    /// Makes sure that all boxes lie within the film's times.
    void check_times(const Tracks& tracks) const;

    /// What Track::kind is for a label.
    static std::string kind_of(const std::string& where, std::string_view label);
    /// And back.
    static std::string label_of(const Track& track) { return track.kind.empty() ? "face" : track.kind; }

    struct Item {
        Box box;
        double score = 1;
        BoxSource from = BoxSource::detector;
        std::string kind;
        int person = 0;
    };

    /// In: frame, from 0; id, which one it is: boxes of one id and kind are one track.
    void add(const std::string& where, std::int64_t frame, std::int64_t id, const Item& item);
    /// Of a box whose track nobody knows.
    void add_loose(const std::string& where, std::int64_t frame, const Item& item);

    /// All tracks; ids that are no numbers of ours, or serve two kinds, are given anew.
    Tracks finish();

private:
    void check(const std::string& where, std::int64_t frame, const Item& item) const;
    TrackBox box_at(std::int64_t frame, const Item& item) const;
    void join_loose(Tracks& tracks);

    const FilmFacts& film_;
    std::map<std::pair<std::int64_t, std::string>, Track> tracks_;
    std::set<std::pair<std::int64_t, std::int64_t>> taken_;  ///< id and frame
    std::map<std::int64_t, std::vector<Item>> loose_;        ///< by frame
};

/// The number of the frame that is shown at a time, or next to it.
std::int64_t frame_number(const FilmFacts& film, std::int64_t pts);

/// The shortest text of a number.
/// Errors: std::invalid_argument where it is infinite or none.
std::string exact_number(double value);
std::string exact_number(float value);

// One pair of functions for each format.
Tracks parse_cvat(std::string_view text, const FilmFacts& film);
std::string print_cvat(const Tracks& tracks, const FilmFacts& film);
Tracks parse_mot(std::string_view text, const FilmFacts& film);
std::string print_mot(const Tracks& tracks, const FilmFacts& film);
Tracks parse_coco(std::string_view text, const FilmFacts& film);
std::string print_coco(const Tracks& tracks, const FilmFacts& film);

}  // namespace invisiblur
