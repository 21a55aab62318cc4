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

/// Inks count to 100 in LittleCMS's floats.
constexpr float kInk = 100;

class ProfiledColours : public PrintColours {
public:
    ProfiledColours(const ProfilePtr& colours, std::uint32_t format, float scale) : scale_(scale), count_(T_CHANNELS(format)) {
        const ProfilePtr srgb(cmsCreate_sRGBProfile());
        if (!srgb) throw std::bad_alloc();
        constexpr std::uint32_t kFlags = cmsFLAGS_NOCACHE | cmsFLAGS_BLACKPOINTCOMPENSATION;
        there_.reset(cmsCreateTransform(colours.get(), format, srgb.get(), TYPE_RGB_FLT, INTENT_RELATIVE_COLORIMETRIC, kFlags));
        back_.reset(cmsCreateTransform(srgb.get(), TYPE_RGB_FLT, colours.get(), format, INTENT_RELATIVE_COLORIMETRIC, kFlags));
    }

    /// Both ways: a profile for input only has but one.
    bool works() const { return there_ && back_; }

    void to_rgb(std::span<const float> colours, std::span<float> rgb) const override {
        std::vector<float> scaled(colours.begin(), colours.end());
        for (float& value : scaled) value *= scale_;
        cmsDoTransform(there_.get(), scaled.data(), rgb.data(), static_cast<cmsUInt32Number>(scaled.size() / count_));
        for (float& value : rgb) value = std::clamp(value, 0.0F, 1.0F);
    }

    void from_rgb(std::span<const float> rgb, std::span<float> colours) const override {
        cmsDoTransform(back_.get(), rgb.data(), colours.data(), static_cast<cmsUInt32Number>(rgb.size() / 3));
        for (float& value : colours) value /= scale_;
        if (scale_ == kInk)
            for (float& value : colours) value = std::clamp(value, 0.0F, 1.0F);
    }

private:
    float scale_;
    std::size_t count_;
    TransformPtr there_, back_;
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
        auto colours = std::make_unique<ProfiledColours>(inks, TYPE_CMYK_FLT, kInk);
        if (colours->works()) return colours;
    }
    return std::make_unique<PlainInks>();
}

std::unique_ptr<PrintColours> PrintColours::lab() {
    const ProfilePtr lab(cmsCreateLab4Profile(nullptr));
    auto colours = std::make_unique<ProfiledColours>(lab, TYPE_Lab_FLT, 1.0F);
    if (!lab || !colours->works()) throw std::bad_alloc();
    return colours;
}

}  // namespace invisiblur::still
