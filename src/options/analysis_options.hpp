#pragma once
#include <string>

#include "invisiblur/options.hpp"

namespace invisiblur {

/// The part of the options that decides which faces are found and what is learned of what stands behind them, as text.
std::string analysis_options(const Options& options);

}  // namespace invisiblur
