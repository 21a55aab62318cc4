#include "image/picture.hpp"

#include <stdexcept>

namespace invisiblur {

OwnedImage Picture::load_like(const std::string& path) const {
    throw std::runtime_error("cannot read the plate " + path + ": this kind of picture has no file reader; give it frames of libav");
}

}  // namespace invisiblur
