// The frei0r plugin as a host sees it: loaded by name, with no other word than its nine functions.
#include <dlfcn.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

extern "C" {
#include <frei0r.h>
}

#include "host.hpp"
#include "invisiblur/options.hpp"
#include "parameters.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// The functions of the plugin that was built.
struct Plugin {
    void* object = nullptr;
    decltype(&f0r_get_plugin_info) get_plugin_info = nullptr;
    decltype(&f0r_get_param_info) get_param_info = nullptr;
    decltype(&f0r_construct) construct = nullptr;
    decltype(&f0r_destruct) destruct = nullptr;
    decltype(&f0r_set_param_value) set_param_value = nullptr;
    decltype(&f0r_get_param_value) get_param_value = nullptr;
    decltype(&f0r_update) update = nullptr;
    decltype(&f0r_init) init = nullptr;
    decltype(&f0r_deinit) deinit = nullptr;

    Plugin() {
        const char* const folder = std::getenv("INVISIBLUR_BIN");
        object = dlopen((std::string(folder ? folder : "build/bin") + "/../lib/frei0r-1/invisiblur.so").c_str(), RTLD_NOW | RTLD_LOCAL);
        REQUIRE_MESSAGE(object != nullptr, dlerror());
        load(get_plugin_info, "f0r_get_plugin_info");
        load(get_param_info, "f0r_get_param_info");
        load(construct, "f0r_construct");
        load(destruct, "f0r_destruct");
        load(set_param_value, "f0r_set_param_value");
        load(get_param_value, "f0r_get_param_value");
        load(update, "f0r_update");
        load(init, "f0r_init");
        load(deinit, "f0r_deinit");
        CHECK(init() >= 0);
    }
    ~Plugin() { deinit(); }  // stays loaded: the leak checker must still know its code

    template <class Function>
    void load(Function& function, const char* name) const {
        function = reinterpret_cast<Function>(dlsym(object, name));
        REQUIRE(dlsym(object, name) != nullptr);
    }
};

using HostPixels = std::vector<std::uint32_t>;

HostPixels noise(int width, int height, std::uint64_t seed) {
    Random random(seed);
    HostPixels pixels(static_cast<std::size_t>(width) * height);
    for (std::uint32_t& pixel : pixels) pixel = static_cast<std::uint32_t>(random.next()) | 0xff000000;
    return pixels;
}

/// One instance, with pictures of one size.
struct Use {
    const Plugin& plugin;
    std::size_t count;
    f0r_instance_t instance;

    Use(const Plugin& p, int width, int height)
        : plugin(p),
          count(static_cast<std::size_t>(width) * height),
          instance(p.construct(static_cast<unsigned>(width), static_cast<unsigned>(height))) {
        REQUIRE(instance != nullptr);
    }
    ~Use() { plugin.destruct(instance); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    void set(const std::string& name, std::string value) {
        f0r_param_string text = value.data();
        plugin.set_param_value(instance, &text, static_cast<int>(frei0r::index_of(name)));
    }
    std::string get(const std::string& name) {
        f0r_param_string text = nullptr;
        plugin.get_param_value(instance, &text, static_cast<int>(frei0r::index_of(name)));
        return text;
    }
    /// The time is wrong on purpose.
    HostPixels update(const HostPixels& in) {
        HostPixels out(count, 0x12345678);
        plugin.update(instance, -1e9, in.data(), out.data());
        return out;
    }
};

HostPixels black(std::size_t count) {
    return HostPixels(count, 0xff000000);
}

}  // namespace

TEST_CASE("the order of the parameters is part of the interface, and docs/filters.md has it") {
    const Plugin plugin;
    f0r_plugin_info_t info;
    plugin.get_plugin_info(&info);
    CHECK(std::string(info.name) == "Invisiblur");
    CHECK(info.plugin_type == F0R_PLUGIN_TYPE_FILTER);
    CHECK(info.color_model == F0R_COLOR_MODEL_RGBA8888);
    std::vector<std::string> names;
    std::string documented;
    for (int i = 0; i < info.num_params; ++i) {
        f0r_param_info_t parameter{};
        plugin.get_param_info(&parameter, i);
        CHECK(parameter.type == F0R_PARAM_STRING);
        CHECK(std::string(parameter.explanation) != "");
        names.emplace_back(parameter.name);
        documented += (i ? "|" : "") + names.back();
    }
    const std::vector<std::string> fixed = {"input",  "lookahead", "rate",      "sensitivity", "min-score",   "min-face", "fill", "plate",   "margin",
                                            "halo",   "threshold", "radius",    "detect-size", "region",      "rule",     "threads", "model", "detect-every"};
    REQUIRE(names.size() >= fixed.size());
    CHECK(std::vector<std::string>(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(fixed.size())) == fixed);
    std::ifstream file("docs/filters.md");
    std::ostringstream text;
    text << file.rdbuf();
    CHECK_MESSAGE(text.str().find("\n" + documented + "\n") != std::string::npos, "docs/filters.md lacks the line ", documented);
    for (const OptionRow& row : option_table()) {
        const bool by_time = row.name.ends_with("tracks") || row.name == "analysis";
        const bool there = std::ranges::find(names, row.name) != names.end();
        CHECK_MESSAGE(there == (row.scope == OptionScope::anonymizer && !by_time), row.name);
    }
}

TEST_CASE("what holds no face comes back as it was, at any size and in each meaning of the bytes") {
    const Plugin plugin;
    for (const auto& [width, height] : {std::pair{1, 1}, {2, 2}, {3, 1}, {97, 66}, {101, 37}}) {
        CAPTURE(width);
        for (const std::string input : {"", "rgb", "yuv444"}) {
            Use use(plugin, width, height);
            use.set("input", input);
            use.set("rate", "59.94");
            for (std::uint64_t n = 0; n < 3; ++n) {
                const HostPixels picture = noise(width, height, n);
                CHECK(use.update(picture) == picture);
            }
        }
    }
    Use use(plugin, 64, 48);
    use.set("input", "yuv");
    HostPixels picture = noise(64, 48, 3);
    for (int y = 0; y < 48; ++y) {  // chroma of 4:2:0 stands there four times
        for (int x = 0; x < 64; ++x) {
            const std::uint32_t shared = picture[static_cast<std::size_t>((y & ~1) * 64 + (x & ~1))];
            std::uint32_t& pixel = picture[static_cast<std::size_t>(y * 64 + x)];
            pixel = (pixel & 0xff00ff00) | (shared & 0x00ff00ff);
        }
    }
    CHECK(use.update(picture) == picture);
}

TEST_CASE("parameters reach the library; an empty one is the default") {
    const Plugin plugin;
    constexpr int kWidth = 96, kHeight = 64;
    Use use(plugin, kWidth, kHeight);
    CHECK(use.get("fill") == "");
    use.set("fill", "solid=00FF00");
    CHECK(use.get("fill") == "solid=00FF00");
    use.set("region", "16,8,32,16");
    use.set("margin", "");
    const HostPixels picture = noise(kWidth, kHeight, 9);
    const HostPixels out = use.update(picture);
    for (int y = 8; y < 24; ++y)
        for (int x = 16; x < 48; ++x) REQUIRE(out[static_cast<std::size_t>(y * kWidth + x)] == 0xff00ff00);
    CHECK(out[0] == picture[0]);
    CHECK(out.back() == picture.back());
    use.set("region", "");
    CHECK(use.update(picture) == picture);
}

TEST_CASE("looking ahead: N black frames, then each frame N later") {
    const Plugin plugin;
    Use use(plugin, 64, 48);
    use.set("lookahead", "4");
    std::vector<HostPixels> pictures;
    for (std::uint64_t n = 0; n < 12; ++n) {
        pictures.push_back(noise(64, 48, n));
        const HostPixels out = use.update(pictures.back());
        CHECK(out == (n < 4 ? black(out.size()) : pictures[n - 4]));
    }
}

TEST_CASE("a wrong parameter blanks the picture, and it stays so") {
    const Plugin plugin;
    for (const auto& [name, value] : {std::pair<std::string, std::string>{"min-face", "2"},
                                      {"input", "cmyk"},
                                      {"rate", "fast"},
                                      {"lookahead", "-1"},
                                      {"region", "0,0,9,9@1-2"},
                                      {"detector", "sidedata"},
                                      {"fill", "glitter"},
                                      {"model", "/nowhere/gone.onnx"},
                                      {"plate", "/nowhere/gone.png"}}) {
        CAPTURE(name);
        Use use(plugin, 40, 24);
        const HostPixels picture = noise(40, 24, 1);
        if (name == "plate") use.set("region", "4,4,8,8");  // a plate is looked at where something is hidden
        CHECK(use.update(picture) != black(picture.size()));
        use.set(name, value);
        for (int n = 0; n < 2; ++n) CHECK(use.update(picture) == black(picture.size()));
        use.set(name, "");
        CHECK(use.update(picture) == black(picture.size()));
    }
}

TEST_CASE("instances do not know of each other") {
    const Plugin plugin;
    auto first = std::make_unique<Use>(plugin, 64, 48);
    Use second(plugin, 32, 16), broken(plugin, 64, 48);
    first->set("fill", "solid");
    broken.set("fill", "no such");
    const HostPixels large = noise(64, 48, 1), small = noise(32, 16, 2);
    CHECK(broken.update(large) == black(large.size()));
    CHECK(first->update(large) == large);
    CHECK(second.update(small) == small);
    first.reset();
    CHECK(plugin.init() >= 0);
    plugin.deinit();
    CHECK(second.update(small) == small);
}

TEST_CASE("without the model nothing passes") {
    const Plugin plugin;
    setenv("INVISIBLUR_MODEL", "/nowhere/gone.onnx", 1);
    Use use(plugin, 40, 24);  // a host like MLT, which does not ask whether construction failed
    const HostPixels picture = noise(40, 24, 1);
    CHECK(use.update(picture) == black(picture.size()));
    unsetenv("INVISIBLUR_MODEL");
    CHECK(use.update(picture) == black(picture.size()));
}

TEST_CASE("no crash: nothing of no size, no instance, no such parameter") {
    const Plugin plugin;
    CHECK(plugin.construct(0, 16) == nullptr);
    CHECK(plugin.construct(16, 0) == nullptr);
    CHECK(plugin.construct(70000, 16) == nullptr);
    f0r_param_string text = nullptr;
    plugin.set_param_value(nullptr, &text, 0);
    plugin.get_param_value(nullptr, &text, 0);
    plugin.update(nullptr, 0, nullptr, nullptr);
    plugin.destruct(nullptr);
    Use use(plugin, 16, 16);
    plugin.set_param_value(use.instance, &text, 999);
    plugin.set_param_value(use.instance, &text, -1);
    plugin.set_param_value(use.instance, &text, 0);  // a null text is an empty one
    const HostPixels picture = noise(16, 16, 1);
    CHECK(use.update(picture) == picture);
}

TEST_CASE("rows: libavfilter up to 8 pads them to 16 pixels, from 10 on nobody does, in between nobody knows") {
    for (const int width : {1, 2, 636, 641, 642, 1366}) {
        CHECK(frei0r::row_px(width, 8) == (width + 15) / 16 * 16);
        CHECK(frei0r::row_px(width, 10) == width);
        CHECK(frei0r::row_px(width, frei0r::kOtherHost) == width);
        CHECK(!frei0r::row_px(width, 9));
        CHECK(!frei0r::row_px(width, frei0r::kUnknownHost));
    }
    for (const int host : {7, 8, 9, 11, frei0r::kOtherHost, frei0r::kUnknownHost}) CHECK(frei0r::row_px(640, host) == 640);
    CHECK(frei0r::host_of(reinterpret_cast<const void*>(&noise)) == frei0r::kOtherHost);
}
