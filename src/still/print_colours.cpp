#include "still/print_colours.hpp"

#include <lcms2.h>

#include <algorithm>
#include <new>
#include <vector>

namespace invisiblur::still {
namespace {

struct Close {
    void operator()(void* profile) const noexcept { cmsCloseProfile(profile); }
};
using ProfilePtr = std::unique_ptr<void, Close>;
struct Delete {
    void operator()(void* transform) const noexcept { cmsDeleteTransform(transform); }
};
using TransformPtr = std::unique_ptr<void, Delete>;

struct Ways {
    TransformPtr there, back;

    Ways(const ProfilePtr& colours, std::uint32_t format, std::uint32_t rgb_format) {
        const ProfilePtr srgb(cmsCreate_sRGBProfile());
        if (!srgb) throw std::bad_alloc();
        constexpr std::uint32_t kFlags = cmsFLAGS_NOCACHE | cmsFLAGS_BLACKPOINTCOMPENSATION;
        there.reset(cmsCreateTransform(colours.get(), format, srgb.get(), rgb_format, INTENT_RELATIVE_COLORIMETRIC, kFlags));
        back.reset(cmsCreateTransform(srgb.get(), rgb_format, colours.get(), format, INTENT_RELATIVE_COLORIMETRIC, kFlags));
    }

    /// Both ways: a profile for input only has but one.
    bool work() const { return there && back; }
};

/// In whole numbers, for which LittleCMS is ten times as quick as for floats.
class ProfiledInks : public PrintColours {
public:
    explicit ProfiledInks(Ways ways) : ways_(std::move(ways)) {}

    void to_rgb(std::span<const float> colours, std::span<float> rgb) const override { convert(ways_.there, colours, rgb, 4); }
    void from_rgb(std::span<const float> rgb, std::span<float> colours) const override { convert(ways_.back, rgb, colours, 3); }

private:
    static void convert(const TransformPtr& way, std::span<const float> from, std::span<float> to, std::size_t channels) {
        std::vector<std::uint16_t> in(from.size()), out(to.size());
        std::ranges::transform(from, in.begin(), [](float value) { return static_cast<std::uint16_t>(std::clamp(value, 0.0F, 1.0F) * 65535 + 0.5F); });
        cmsDoTransform(way.get(), in.data(), out.data(), static_cast<cmsUInt32Number>(from.size() / channels));
        std::ranges::transform(out, to.begin(), [](std::uint16_t value) { return static_cast<float>(value) / 65535; });
    }

    Ways ways_;
};

class LabColours : public PrintColours {
public:
    explicit LabColours(Ways ways) : ways_(std::move(ways)) {}

    void to_rgb(std::span<const float> colours, std::span<float> rgb) const override {
        cmsDoTransform(ways_.there.get(), colours.data(), rgb.data(), static_cast<cmsUInt32Number>(colours.size() / 3));
        for (float& value : rgb) value = std::clamp(value, 0.0F, 1.0F);
    }

    void from_rgb(std::span<const float> rgb, std::span<float> colours) const override {
        cmsDoTransform(ways_.back.get(), rgb.data(), colours.data(), static_cast<cmsUInt32Number>(rgb.size() / 3));
    }

private:
    Ways ways_;
};

class PlainInks : public PrintColours {
public:
    void to_rgb(std::span<const float> colours, std::span<float> rgb) const override {
        for (std::size_t i = 0; i < rgb.size(); ++i) rgb[i] = (1 - colours[i / 3 * 4 + i % 3]) * (1 - colours[i / 3 * 4 + 3]);
    }

    void from_rgb(std::span<const float> rgb, std::span<float> colours) const override {
        for (std::size_t i = 0; i + 2 < rgb.size(); i += 3) {
            const float light = std::max({rgb[i], rgb[i + 1], rgb[i + 2]});
            float* to = &colours[i / 3 * 4];
            for (std::size_t c = 0; c < 3; ++c) to[c] = light > 0 ? 1 - rgb[i + c] / light : 0;
            to[3] = 1 - light;
        }
    }
};

}  // namespace

std::unique_ptr<PrintColours> PrintColours::cmyk(ByteView profile) {
    cmsSetLogErrorHandler(nullptr);  // what matters is in the answers
    const ProfilePtr inks(profile.empty() ? nullptr : cmsOpenProfileFromMem(profile.data(), static_cast<cmsUInt32Number>(profile.size())));
    if (inks && cmsGetColorSpace(inks.get()) == cmsSigCmykData) {
        Ways ways(inks, TYPE_CMYK_16, TYPE_RGB_16);
        if (ways.work()) return std::make_unique<ProfiledInks>(std::move(ways));
    }
    return std::make_unique<PlainInks>();
}

std::unique_ptr<PrintColours> PrintColours::lab() {
    const ProfilePtr lab(cmsCreateLab4Profile(nullptr));
    if (!lab) throw std::bad_alloc();
    Ways ways(lab, TYPE_Lab_FLT, TYPE_RGB_FLT);
    if (!ways.work()) throw std::bad_alloc();
    return std::make_unique<LabColours>(std::move(ways));
}

}  // namespace invisiblur::still
