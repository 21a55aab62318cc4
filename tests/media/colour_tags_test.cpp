#include "media/libav/colour_tags.hpp"

#include <doctest/doctest.h>

#include "media/libav/handles.hpp"

using namespace invisiblur::av;

namespace {

/// As a demuxer leaves it: not by way of the enumeration.
template <class Tag>
void set_raw(Tag& tag, unsigned value) {
    std::memcpy(&tag, &value, sizeof value);
}

}  // namespace

TEST_CASE("colours that nobody knows are untold, those that somebody knows stay") {
    const FramePtr frame = make_frame();
    set_raw(frame->colorspace, 84);
    set_raw(frame->color_range, 0xffffffffU);
    frame->color_primaries = AVCOL_PRI_BT709;
    set_raw(frame->color_trc, AVCOL_TRC_NB);
    frame->chroma_location = AVCHROMA_LOC_LEFT;
    forget_unknown_colours(*frame);
    CHECK(frame->colorspace == AVCOL_SPC_UNSPECIFIED);
    CHECK(frame->color_range == AVCOL_RANGE_UNSPECIFIED);
    CHECK(frame->color_primaries == AVCOL_PRI_BT709);
    CHECK(frame->color_trc == AVCOL_TRC_UNSPECIFIED);
    CHECK(frame->chroma_location == AVCHROMA_LOC_LEFT);

    AVCodecParameters* par = avcodec_parameters_alloc();
    REQUIRE(par != nullptr);
    set_raw(par->color_space, 84);
    par->color_trc = AVCOL_TRC_SMPTE2084;
    forget_unknown_colours(*par);
    CHECK(par->color_space == AVCOL_SPC_UNSPECIFIED);
    CHECK(par->color_trc == AVCOL_TRC_SMPTE2084);
    avcodec_parameters_free(&par);
}
