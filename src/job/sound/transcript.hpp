#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "media/sound/sound_plan.hpp"
#include "words/word_list.hpp"

namespace invisiblur {

/// Something that is spoken in a time: a word, or several for which nothing finer is told.
/// Units: seconds from the file's time zero.
struct SpokenText {
    std::string text;
    double start_s = 0;
    double end_s = 0;
};

/// The transcripts that are understood: WebVTT, whisper's JSON (OpenAI's, faster-whisper's, WhisperX's and whisper.cpp's), ELAN's annotations, Praat's
/// TextGrid; each from the text of its file.
/// Errors: std::invalid_argument with a sentence that can follow the file's name.
std::vector<SpokenText> parse_webvtt(std::string_view text);
std::vector<SpokenText> parse_whisper(std::string_view text);
std::vector<SpokenText> parse_elan(std::string_view text);
std::vector<SpokenText> parse_textgrid(std::string_view text);

/// Finds out which of them a text is.
/// Errors: as above; where it is none of them, where nothing is spoken, and where hardly a word has times of its own.
std::vector<SpokenText> parse_transcript(std::string_view text);

/// The same for the file that --transcript names.
/// Errors: std::invalid_argument that names the file.
std::vector<SpokenText> read_transcript(const std::string& path);

/// When the words of a list are spoken, with margins.
/// Method: a match within one text takes all of its time, unless finer texts in that time hold the same match, as words' tiers beside sentences' do; a match over
///         several texts that follow each other takes all of theirs.
std::vector<av::SoundSpan> spans_of(const WordList& words, const std::vector<SpokenText>& transcript);

}  // namespace invisiblur
