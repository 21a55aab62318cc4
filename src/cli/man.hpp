#pragma once
#include <string>

namespace invisiblur::cli {

/// Texts that come from the option table: what --help prints, what --version prints, the table of docs/options.md and the manual page.
/// help_text() has the ten options that people use first; full_help_text() all.
std::string help_text();
std::string full_help_text();
std::string version_text();
std::string markdown_table();

/// The options of the native ffmpeg filter as C: rows of an AVOption array, for filter/ffmpeg.
std::string avoption_table();
std::string man_page();

}  // namespace invisiblur::cli
