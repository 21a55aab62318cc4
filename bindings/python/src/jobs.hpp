#pragma once
#include <nanobind/nanobind.h>

#include <string>

namespace invisiblur::python {

/// invisiblur::transcode with a Python callable for its progress; gives the report as JSON text.
/// In:     `options` as parse_options reads them; `on_progress`, called as on_progress(pass, passes, frame, frames_total), or None: an
///         exception out of it stops the job, and comes out of this; `on_warning`, called with a sentence.
std::string run_job(const std::string& input, const std::string& output, const std::string& options, nanobind::object on_progress,
                    nanobind::object on_warning);

}  // namespace invisiblur::python
