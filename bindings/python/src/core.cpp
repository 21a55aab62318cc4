#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

#include "frames.hpp"
#include "invisiblur/anonymizer.hpp"
#include "invisiblur/invisiblur.h"
#include "invisiblur/options.hpp"
#include "invisiblur/tracks.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace invisiblur::python {
namespace {

std::unique_ptr<Anonymizer> open(const std::string& text, int width, int height, int rotation, double frame_rate) {
    const Options options = parse_options(text);
    check_options(options);
    // A frame lasts one unit of time: pts count frames.
    const std::int64_t thousandths = static_cast<std::int64_t>(frame_rate * 1000 + 0.5);
    if (thousandths <= 0) throw std::invalid_argument("fps must be a positive number");
    const nb::gil_scoped_release lets_others_run;
    return std::make_unique<Anonymizer>(options, StreamShape{width, height, rotation, 1000, thousandths, frame_rate});
}

void send(Anonymizer& anonymizer, nb::handle planes, const std::string& format, std::int64_t pts) {
    FramePtr frame = frame_from_arrays(planes, format, pts);
    const nb::gil_scoped_release lets_others_run;
    anonymizer.send(std::move(frame));
}

nb::object receive(Anonymizer& anonymizer) {
    std::optional<FramePtr> frame;
    {
        const nb::gil_scoped_release lets_others_run;
        frame = anonymizer.receive();
    }
    return frame ? arrays_from_frame(std::move(*frame)) : nb::none();
}

}  // namespace
}  // namespace invisiblur::python

NB_MODULE(_core, m) {
    using namespace invisiblur;
    nb::class_<Anonymizer>(m, "Anonymizer")
        .def("send", &python::send, "planes"_a, "format"_a, "pts"_a)
        .def("receive", &python::receive)
        .def("finish", &Anonymizer::finish, nb::call_guard<nb::gil_scoped_release>())
        .def("tracks", [](const Anonymizer& a) { return print_tracks(a.tracks()); });
    m.def("open", &python::open, "options"_a, "width"_a, "height"_a, "rotation"_a, "fps"_a);
    m.def("version", [] { return std::string(invisiblur_version()); });
    m.def("option_names", [] {
        nb::list names;
        for (const OptionRow& row : option_table()) names.append(nb::str(row.name.data(), row.name.size()));
        return names;
    });
}
