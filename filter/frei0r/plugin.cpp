// The functions of a frei0r filter plugin (frei0r 1.2, https://frei0r.dyne.org): a shim over the C API.
#include <cstdio>
#include <exception>

#include "host.hpp"
#include "instance.hpp"
#include "parameters.hpp"

extern "C" {
#include <frei0r.h>
}

using invisiblur::frei0r::Instance;
using invisiblur::frei0r::parameters;

namespace {

constexpr unsigned kLargestSide_px = 32767;

bool is_parameter(int index) {
    return index >= 0 && static_cast<std::size_t>(index) < parameters().size();
}

/// NULL stops ffmpeg with an error. MLT does not look and would crash (7.12): other hosts get an instance that paints black.
f0r_instance_t construct(unsigned width, unsigned height, int host) {
    if (width < 1 || height < 1 || width > kLargestSide_px || height > kLargestSide_px) {
        std::fprintf(stderr, "invisiblur: a picture of %ux%u pixels is not handled\n", width, height);
        return nullptr;
    }
    const auto row_px = invisiblur::frei0r::row_px(static_cast<int>(width), host);
    if (!row_px) {
        std::fprintf(stderr, "invisiblur: how this host lays out a width of %u pixels is not known; scale to a multiple of 16\n", width);
        return nullptr;
    }
    try {
        auto instance = std::make_unique<Instance>(static_cast<int>(width), static_cast<int>(height), *row_px);
        if (instance->failed() && host != invisiblur::frei0r::kOtherHost) return nullptr;
        return instance.release();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "invisiblur: %s\n", error.what());
        return nullptr;
    }
}

}  // namespace

int f0r_init(void) {
    return 1;
}

void f0r_deinit(void) {}

void f0r_get_plugin_info(f0r_plugin_info_t* info) {
    *info = {};
    info->name = "Invisiblur";
    info->author = "The Invisiblur contributors";
    info->explanation = "Replaces each face by the picture behind it";
    info->plugin_type = F0R_PLUGIN_TYPE_FILTER;
    info->color_model = F0R_COLOR_MODEL_RGBA8888;
    info->frei0r_version = FREI0R_MAJOR_VERSION;
    std::sscanf(invisiblur_version(), "%d.%d", &info->major_version, &info->minor_version);
    info->num_params = static_cast<int>(parameters().size());
}

void f0r_get_param_info(f0r_param_info_t* info, int index) {
    if (!is_parameter(index)) return;
    const invisiblur::frei0r::Parameter& parameter = parameters()[static_cast<std::size_t>(index)];
    info->name = parameter.name.c_str();
    info->type = F0R_PARAM_STRING;
    info->explanation = parameter.explanation.c_str();
}

f0r_instance_t f0r_construct(unsigned int width, unsigned int height) {
    return construct(width, height, invisiblur::frei0r::host_of(__builtin_return_address(0)));
}

void f0r_destruct(f0r_instance_t instance) {
    const std::unique_ptr<Instance> last(static_cast<Instance*>(instance));
}

void f0r_set_param_value(f0r_instance_t instance, f0r_param_t value, int index) {
    if (instance == nullptr || !is_parameter(index)) return;
    const char* const text = *static_cast<f0r_param_string*>(value);
    static_cast<Instance*>(instance)->set(static_cast<std::size_t>(index), text != nullptr ? text : "");
}

void f0r_get_param_value(f0r_instance_t instance, f0r_param_t value, int index) {
    if (instance == nullptr || !is_parameter(index)) return;
    const std::string& text = static_cast<Instance*>(instance)->get(static_cast<std::size_t>(index));
    *static_cast<f0r_param_string*>(value) = const_cast<char*>(text.c_str());
}

// The time is milliseconds in some hosts and seconds in others, and not to be relied on in any.
void f0r_update(f0r_instance_t instance, double, const uint32_t* in, uint32_t* out) {
    if (instance != nullptr) static_cast<Instance*>(instance)->update(in, out);
}
