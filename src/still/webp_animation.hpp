#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "image/image_view.hpp"
#include "still/still_file.hpp"

namespace invisiblur::still {

/// Whether this is a WebP that moves.
bool is_webp_animation(ByteView bytes);

/// What an animated WebP says besides its frames' pixels.
struct WebpForm {
    int width = 0;
    int height = 0;
    int loops = 0;  ///< 0 for ever
    std::vector<int> durations_ms;  ///< of each frame; 0 occurs
    std::uint32_t background = 0;
    bool lossless = false;                                ///< all of its frames
    std::vector<std::pair<std::string, Bytes>> metadata;  ///< chunks ICCP, EXIF, "XMP "
    bool took_out = false;  ///< something of the file is in none of these
};

/// Reads all but the frames; metadata that could show the picture is taken out, what the policy drops, too.
/// Errors: std::runtime_error that names the file.
WebpForm webp_form_of(ByteView bytes, const Policy& policy);

/// An animated WebP as an animated PNG of RGBA whose frames stand for themselves, its delays and loops the same, but that each
/// frame lasts a millisecond or more.
/// Errors: std::runtime_error that names the file: damaged, cut off, larger than allowed.
Bytes webp_as_png_animation(ByteView bytes, const Policy& policy);

/// Puts frames together to an animated WebP, coded as the form says: without loss or, where the source had lost some, so finely that nothing more
/// is seen to be lost.
/// Errors: std::runtime_error that begins with the name.
class WebpAnimation {
public:
    WebpAnimation(WebpForm form, std::string name);
    ~WebpAnimation();

    /// In: RGBA with 8 bits of the form's size. Units: its begin in milliseconds from 0, not before the frame's before.
    void add(const ImageView& picture, std::int64_t begin_ms);

    /// The file. Units: when the last frame ends.
    Bytes finish(std::int64_t end_ms);

private:
    struct Encoder;
    WebpForm form_;
    std::string name_;
    std::unique_ptr<Encoder> encoder_;
};

}  // namespace invisiblur::still
