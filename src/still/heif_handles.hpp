#pragma once
#include <libheif/heif.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace invisiblur::still {

template <auto free>
struct HeifFree {
    template <class T>
    void operator()(T* p) const noexcept { free(p); }
};
using HeifContextPtr = std::unique_ptr<heif_context, HeifFree<heif_context_free>>;
using HeifHandlePtr = std::unique_ptr<heif_image_handle, HeifFree<heif_image_handle_release>>;
using HeifImagePtr = std::unique_ptr<heif_image, HeifFree<heif_image_release>>;
using HeifEncoderPtr = std::unique_ptr<heif_encoder, HeifFree<heif_encoder_release>>;
using HeifProfilePtr = std::unique_ptr<heif_color_profile_nclx, HeifFree<heif_nclx_color_profile_free>>;
using HeifDecodingPtr = std::unique_ptr<heif_decoding_options, HeifFree<heif_decoding_options_free>>;
using HeifEncodingPtr = std::unique_ptr<heif_encoding_options, HeifFree<heif_encoding_options_free>>;

/// Errors: std::runtime_error "NAME: WHAT: libheif's reason".
inline void check_heif(const heif_error& error, const std::string& name, const char* what) {
    if (error.code != heif_error_Ok) throw std::runtime_error(name + ": " + what + ": " + error.message);
}

}  // namespace invisiblur::still
