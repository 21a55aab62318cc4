#pragma once
#include "invisiblur/options.hpp"
#include "serve/job.hpp"

namespace invisiblur::serve {

/// The options of the one table that a client may set: none that names a file, a protocol or what the server decides.
/// Returns: for each its name, group, help, default and what it may be: {"kind":"choice"|"number"|"text"|"list"|"switch", …}.
Json option_form();

/// Reads {"name": "value" | number | true | ["value", …]}.
/// Errors: HttpError 422 that names the option and its range.
Options read_options(const Json& json);

}  // namespace invisiblur::serve
