#pragma once
#include "image/picture.hpp"
#include "media/libav/frame_pool.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// A libav frame as a Picture: a reference, no copy.
/// Threads: safe; scaled_rgb() keeps a few scalers a thread.
class FramePicture : public Picture {
public:
    /// Errors: std::invalid_argument for a pixel format that is not handled.
    /// In: regions, as Picture::regions().
    explicit FramePicture(FramePtr frame, std::shared_ptr<const Regions> regions = nullptr);

    const ImageView& view() const override { return view_; }
    std::int64_t pts() const override { return frame_->pts; }
    bool interlaced() const override;
    /// Where its size changes.
    bool begins_shot() const override;
    RgbImage scaled_rgb(int width, int height) const override;
    std::vector<Face> noted_faces() const override;
    std::shared_ptr<const Regions> regions() const override { return regions_; }
    OwnedImage load_like(const std::string& path) const override;

    const AVFrame& frame() const { return *frame_; }

private:
    FramePtr frame_;
    ImageView view_;
    std::shared_ptr<const Regions> regions_;
};

/// A frame as a shared picture.
PicturePtr make_picture(FramePtr frame);

/// The frame behind a picture that make_picture() made: another reference to the same pixels, not to be changed.
FramePtr take_frame(PicturePtr picture);

/// The same, with pixels that may be changed: they are copied, into a frame of the pool, only where somebody else still refers to them.
/// All properties and side data stay.
FramePtr take_writable(PicturePtr picture, FramePool& pool);

}  // namespace invisiblur::av
