#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <exception>
#include <string>
#include <utility>

#include "invisiblur/transcode.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace invisiblur::python {
namespace {

/// Calls into Python from the job's threads; what Python throws stops the job and is kept for the caller.
class Caller : public Progress {
public:
    Caller(nb::object on_progress, nb::object on_warning) : on_progress_(std::move(on_progress)), on_warning_(std::move(on_warning)) {}

    void update(const ProgressStep& step) override {
        guarded([&] {
            if (PyErr_CheckSignals() != 0) throw nb::python_error();
            if (!on_progress_.is_none()) on_progress_(step.pass, step.passes, step.frame, step.frames_total);
        });
    }

    void warn(const std::string& sentence) override {
        guarded([&] { on_warning_(nb::str(sentence.c_str(), sentence.size())); });
    }

    void rethrow() {
        if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    }

private:
    template <class Function>
    void guarded(Function function) {
        const nb::gil_scoped_acquire holds_python;
        if (thrown_) return;
        try {
            function();
        } catch (...) {
            thrown_ = std::current_exception();
            cancel = true;
        }
    }

    nb::object on_progress_;
    nb::object on_warning_;
    std::exception_ptr thrown_;
};

/// invisiblur::transcode with a Python callable for its progress; gives the report as JSON text.
/// In:     `options` as parse_options reads them; `on_progress`, called as on_progress(pass, passes, frame, frames_total), or None: an
///         exception out of it stops the job, and comes out of this; `on_warning`, called with a sentence.
std::string run_job(const std::string& input, const std::string& output, const std::string& options, nb::object on_progress, nb::object on_warning) {
    TranscodeJob job;
    job.input = input;
    job.options = parse_options(options);
    job.output = output.empty() ? default_output(input, job.options) : output;
    job.identify = true;
    Caller caller(std::move(on_progress), std::move(on_warning));
    std::string report;
    try {
        const nb::gil_scoped_release lets_others_run;
        report = print_report(transcode(job, caller));
    } catch (...) {
        caller.rethrow();
        throw;
    }
    caller.rethrow();
    return report;
}

}  // namespace
}  // namespace invisiblur::python

NB_MODULE(_job, m) {
    m.def("run", &invisiblur::python::run_job, "input"_a, "output"_a, "options"_a, "on_progress"_a.none(), "on_warning"_a);
}
