#include "pipeline/frame_picture.hpp"

#include <algorithm>
#include <compare>
#include <iterator>
#include <utility>
#include <vector>

#include "media/libav/compat.hpp"
#include "media/libav/format_converter.hpp"
#include "media/libav/pixel_layout.hpp"
#include "media/read/picture_file.hpp"
#include "media/read/size_change.hpp"
#include "pipeline/detection_boxes.hpp"

namespace invisiblur::av {
namespace {

/// All that a scaler depends on.
struct ScalerKey {
    int from_width, from_height, format, width, height, colorspace, full_range;
    bool operator==(const ScalerKey&) const = default;
};

/// One look at a video takes the picture at up to this many sizes: those of looks and glances, and that of closer looks. Making a scaler takes
/// longer than scaling a small picture.
constexpr std::size_t kKeptScalers = 6;

ScalerPtr make_scaler(const ScalerKey& key) {
    const auto format = without_range(static_cast<AVPixelFormat>(key.format));
    ScalerPtr scaler(sws_getContext(key.from_width, key.from_height, format, key.width, key.height, AV_PIX_FMT_RGB24, SWS_BILINEAR, nullptr,
                                    nullptr, nullptr));
    if (!scaler) throw std::runtime_error("cannot scale a picture of pixel format " + format_name(key.format));
    const int* from = sws_getCoefficients(key.colorspace);
    const int* to = sws_getCoefficients(SWS_CS_DEFAULT);
    sws_setColorspaceDetails(scaler.get(), from, key.full_range, to, 1, 0, 1 << 16, 1 << 16);  // refuses RGB sources, which need none
    return scaler;
}

/// The scaler, of this thread's own; the one that was not used for longest makes room for a new one.
SwsContext* scaler_for(const ScalerKey& key) {
    thread_local std::vector<std::pair<ScalerKey, ScalerPtr>> kept;
    auto found = std::find_if(kept.begin(), kept.end(), [&](const auto& entry) { return entry.first == key; });
    if (found == kept.end()) {
        if (kept.size() == kKeptScalers) kept.erase(kept.begin());
        kept.emplace_back(key, make_scaler(key));
    } else {
        std::rotate(found, found + 1, kept.end());
    }
    return kept.back().second.get();
}

}  // namespace

FramePicture::FramePicture(FramePtr frame, std::shared_ptr<const Regions> regions)
    : frame_(std::move(frame)), view_(view_of(*frame_)), regions_(std::move(regions)) {}

bool FramePicture::interlaced() const {
    return is_interlaced(*frame_);
}

bool FramePicture::begins_shot() const {
    return begins_another_size(*frame_);
}

RgbImage FramePicture::scaled_rgb(int width, int height) const {
    const AVFrame& f = *frame_;
    const int fields = interlaced() ? 2 : 1, from_height = (f.height + fields - 1) / fields;
    SwsContext* scaler = scaler_for({f.width, from_height, f.format, width, height, yuv_colour_of(f).matrix, view_.layout.full_range});
    constexpr std::size_t kSlack = 64;  // the scaler's vector code may write past a row
    const std::size_t size = std::size_t(width) * height * 3;
    RgbImage image{width, height, std::vector<std::uint8_t>(size + kSlack)};
    std::uint8_t* const rows[4] = {image.pixels.data()};
    const int strides[4] = {width * 3};
    int from_strides[AV_NUM_DATA_POINTERS];
    std::transform(std::begin(f.linesize), std::end(f.linesize), from_strides, [&](int stride) { return stride * fields; });
    check(sws_scale(scaler, f.data, from_strides, 0, from_height, rows, strides), "cannot scale a picture");
    image.pixels.resize(size);
    return image;
}

std::vector<Face> FramePicture::noted_faces() const {
    const AVFrameSideData* data = av_frame_get_side_data(frame_.get(), AV_FRAME_DATA_DETECTION_BBOXES);
    return data ? noted_boxes(*data) : std::vector<Face>{};
}

OwnedImage FramePicture::load_like(const std::string& path) const {
    return load_plate_file(path, *frame_);
}

PicturePtr make_picture(FramePtr frame) {
    return std::make_shared<FramePicture>(std::move(frame));
}

FramePtr take_frame(PicturePtr picture) {
    const auto* ours = dynamic_cast<const FramePicture*>(picture.get());
    if (!ours) throw std::invalid_argument("the picture is not a libav frame");
    return make_frame_reference(ours->frame());
}

FramePtr take_writable(PicturePtr picture, FramePool& pool) {
    FramePtr frame = take_frame(std::move(picture));
    return av_frame_is_writable(frame.get()) ? std::move(frame) : pool.copy(*frame);
}

}  // namespace invisiblur::av
