#pragma once
#include "base/bytes.hpp"
#include "image/image_view.hpp"
#include "still/heif_handles.hpp"
#include "still/still_file.hpp"

namespace invisiblur::still {

/// How the picture of a HEIF file is coded, and how its colours are meant.
struct HeifForm {
    heif_compression_format codec = heif_compression_HEVC;
    heif_colorspace colorspace = heif_colorspace_YCbCr;
    heif_chroma chroma = heif_chroma_420;
    bool rgb = false;  ///< its planes are green, blue and red: only AV1's
    int depth = 8;
    HeifProfilePtr colours;  ///< null where nothing says it
    Bytes icc;
    heif_color_profile_type icc_type = heif_color_profile_type_not_present;
};

/// What the file's boxes tell, and libheif 1.15 does not: asked for no form in particular, it gives RGB.
struct HeifCoding {
    heif_compression_format codec = heif_compression_HEVC;
    heif_chroma chroma = heif_chroma_420;
};

struct HeifPicture {
    HeifForm form;
    OwnedImage image;
};

/// A picture, turned, mirrored and cropped as the file says: it is upright then.
/// Errors: std::runtime_error that names the file.
HeifPicture decode_heif(const heif_image_handle& handle, const HeifCoding& coding, const Policy& policy);

/// Puts the picture into a context, coded as the source was. Returns its handle, for metadata.
HeifHandlePtr encode_heif(heif_context& context, const HeifPicture& picture, const std::string& name);

}  // namespace invisiblur::still
