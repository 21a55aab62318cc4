#include "av/handles.hpp"

namespace invisiblur {

void FrameDeleter::operator()(AVFrame* frame) const noexcept {
    av_frame_free(&frame);
}

}  // namespace invisiblur
