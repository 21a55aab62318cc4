#pragma once
#include <string>

namespace invisiblur::cli {

/// Texts that come from the option table: what --help prints (the options that people use first) and --help all (every one), what --version
/// prints, the table of docs/options.md and the manual page.
std::string help_text();
std::string full_help_text();
std::string version_text();

/// What to do, for who gave no argument.
std::string start_text();
std::string markdown_table();

/// The options of the native ffmpeg filter as C: rows of an AVOption array, for filter/ffmpeg.
std::string avoption_table();
std::string man_page();

}  // namespace invisiblur::cli
