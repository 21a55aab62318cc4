// CMYK and Lab as RGB and back: known colours, with and without a profile.
#include "still/print_colours.hpp"

#include <doctest/doctest.h>
#include <lcms2.h>

#include <array>
#include <cmath>
#include <vector>

using namespace invisiblur;
using still::PrintColours;

namespace {

using Three = std::array<float, 3>;
using Four = std::array<float, 4>;

void check_near(const Three& a, const Three& b, float within) {
    for (std::size_t c = 0; c < 3; ++c) CHECK(std::abs(a[c] - b[c]) <= within);
}

/// A printer whose cyan is weak: (1 - C/2)(1 - K), (1 - M)(1 - K), (1 - Y)(1 - K) in sRGB.
int print(const cmsUInt16Number inks[], cmsUInt16Number lab[], void* to_lab) {
    cmsUInt16Number rgb[3];
    for (int c = 0; c < 3; ++c) rgb[c] = static_cast<cmsUInt16Number>((65535.0 - inks[c] / (c == 0 ? 2.0 : 1.0)) * (65535.0 - inks[3]) / 65535.0);
    cmsDoTransform(to_lab, rgb, lab, 1);
    return 1;
}

/// The way back: no black.
int separate(const cmsUInt16Number lab[], cmsUInt16Number inks[], void* to_rgb) {
    cmsUInt16Number rgb[3];
    cmsDoTransform(to_rgb, lab, rgb, 1);
    for (int c = 0; c < 3; ++c) inks[c] = static_cast<cmsUInt16Number>(std::min(65535.0, (65535.0 - rgb[c]) * (c == 0 ? 2.0 : 1.0)));
    inks[3] = 0;
    return 1;
}

void add_table(cmsHPROFILE profile, cmsTagSignature tag, int in, int out, cmsSAMPLER16 sample, cmsHTRANSFORM way) {
    cmsPipeline* pipeline = cmsPipelineAlloc(nullptr, static_cast<cmsUInt32Number>(in), static_cast<cmsUInt32Number>(out));
    cmsStage* table = cmsStageAllocCLut16bit(nullptr, 17, static_cast<cmsUInt32Number>(in), static_cast<cmsUInt32Number>(out), nullptr);
    REQUIRE(cmsStageSampleCLut16bit(table, sample, way, 0));
    cmsPipelineInsertStage(pipeline, cmsAT_BEGIN, table);
    REQUIRE(cmsWriteTag(profile, tag, pipeline));
    cmsPipelineFree(pipeline);
}

still::Bytes weak_cyan_profile() {
    cmsHPROFILE srgb = cmsCreate_sRGBProfile(), lab = cmsCreateLab2Profile(nullptr), profile = cmsCreateProfilePlaceholder(nullptr);
    cmsHTRANSFORM to_lab = cmsCreateTransform(srgb, TYPE_RGB_16, lab, TYPE_LabV2_16, INTENT_RELATIVE_COLORIMETRIC, 0);
    cmsHTRANSFORM to_rgb = cmsCreateTransform(lab, TYPE_LabV2_16, srgb, TYPE_RGB_16, INTENT_RELATIVE_COLORIMETRIC, 0);
    cmsSetProfileVersion(profile, 2.1);
    cmsSetDeviceClass(profile, cmsSigOutputClass);
    cmsSetColorSpace(profile, cmsSigCmykData);
    cmsSetPCS(profile, cmsSigLabData);
    for (const cmsTagSignature tag : {cmsSigAToB0Tag, cmsSigAToB1Tag}) add_table(profile, tag, 4, 3, print, to_lab);
    for (const cmsTagSignature tag : {cmsSigBToA0Tag, cmsSigBToA1Tag}) add_table(profile, tag, 3, 4, separate, to_rgb);
    cmsUInt32Number size = 0;
    REQUIRE(cmsSaveProfileToMem(profile, nullptr, &size));
    still::Bytes bytes(size);
    REQUIRE(cmsSaveProfileToMem(profile, bytes.data(), &size));
    for (cmsHTRANSFORM way : {to_lab, to_rgb}) cmsDeleteTransform(way);
    for (cmsHPROFILE p : {srgb, lab, profile}) cmsCloseProfile(p);
    return bytes;
}

}  // namespace

TEST_CASE("Lab's known colours are sRGB's, both ways") {
    const auto colours = PrintColours::lab();
    const std::array<std::pair<Three, Three>, 4> known{{{{100, 0, 0}, {1, 1, 1}}, {{0, 0, 0}, {0, 0, 0}}, {{54.29F, 80.80F, 69.89F}, {1, 0, 0}}, {{53.39F, 0, 0}, {0.5F, 0.5F, 0.5F}}}};
    for (const auto& [lab, rgb] : known) {
        Three there{}, back{};
        colours->to_rgb(lab, there);
        check_near(there, rgb, 0.012F);
        colours->from_rgb(rgb, back);
        check_near(back, lab, 1);
    }
}

TEST_CASE("without a profile inks take light away, and what is no profile for inks is none") {
    cmsHPROFILE srgb = cmsCreate_sRGBProfile();
    cmsUInt32Number size = 0;
    cmsSaveProfileToMem(srgb, nullptr, &size);
    still::Bytes foreign(size);
    cmsSaveProfileToMem(srgb, foreign.data(), &size);
    cmsCloseProfile(srgb);
    for (const still::Bytes& profile : {still::Bytes(), still::Bytes(500, 7), foreign}) {
        const auto colours = PrintColours::cmyk(profile);
        Three rgb{};
        colours->to_rgb(Four{0.5F, 0, 1, 0.5F}, rgb);
        check_near(rgb, {0.25F, 0.5F, 0}, 1e-6F);
        for (const Three& light : {Three{0, 0, 0}, Three{1, 1, 1}, Three{0.2F, 0.4F, 0.1F}}) {
            Four inks{};
            Three again{};
            colours->from_rgb(light, inks);
            colours->to_rgb(inks, again);
            check_near(again, light, 1e-5F);
        }
    }
}

TEST_CASE("a profile says what inks look like, and which inks look so") {
    const auto colours = PrintColours::cmyk(weak_cyan_profile());
    Three rgb{};
    colours->to_rgb(Four{1, 0, 0, 0}, rgb);
    check_near(rgb, {0.5F, 1, 1}, 0.05F);
    for (const Three& light : {Three{1, 1, 1}, Three{0.7F, 0.4F, 0.3F}, Three{0.6F, 0.8F, 0.9F}}) {
        Four inks{};
        Three again{};
        colours->from_rgb(light, inks);
        colours->to_rgb(inks, again);
        check_near(again, light, 0.04F);
    }
}
