#pragma once
#include <string>

namespace invisiblur::cli {

/// Scripts that complete invis-transcode's words in a shell, made from the option table.
std::string bash_completion();
std::string zsh_completion();

}  // namespace invisiblur::cli
