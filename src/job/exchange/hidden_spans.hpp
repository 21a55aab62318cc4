#pragma once
#include <string>
#include <vector>

#include "job/exchange/box_formats.hpp"

namespace invisiblur {

/// A time in which somebody is hidden without a break. Units: seconds of the stream's own time, [start_s, end_s).
struct HiddenSpan {
    std::string who;  ///< "person 2" where that is known, else "face 3", "text 4"
    double start_s = 0;
    double end_s = 0;
};

/// Who is hidden when, in order of beginnings. In: tracks as they were hidden, a box for each frame.
std::vector<HiddenSpan> hidden_spans(const Tracks& tracks, const FilmFacts& film);

/// WebVTT (W3C): a cue for each span, which players show as subtitles. Times before zero are left out.
std::string print_webvtt(const std::vector<HiddenSpan>& spans);

/// ELAN's annotation format (EAF 3.0): a tier for each who. In: media, the name of the file beside which it will lie.
std::string print_eaf(const std::vector<HiddenSpan>& spans, const std::string& media);

}  // namespace invisiblur
