#include "invisiblur/error.hpp"

extern "C" {
#include <libavutil/error.h>
}

namespace invisiblur {
namespace {

class LibavCategory : public std::error_category {
public:
    const char* name() const noexcept override { return "libav"; }

    std::string message(int code) const override {
        char text[AV_ERROR_MAX_STRING_SIZE] = {};
        av_strerror(code, text, sizeof text);
        return text;
    }
};

}  // namespace

const std::error_category& libav_category() noexcept {
    static const LibavCategory category;
    return category;
}

int check(int code, const std::string& what) {
    if (code < 0) throw std::system_error(code, libav_category(), what);
    return code;
}

}  // namespace invisiblur
