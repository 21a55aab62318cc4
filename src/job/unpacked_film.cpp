#include "job/unpacked_film.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "job/still_pass.hpp"
#include "media/read/input.hpp"
#include "still/png_animation.hpp"
#include "still/webp_animation.hpp"

namespace invisiblur::av {
namespace {

enum class Packed { no, webp, deep_png };

/// By the file's beginning, so that a film of gigabytes is not read for it.
Packed packed_as(const std::string& file) {
    constexpr std::size_t kBeginning = 1 << 16;
    std::ifstream source(file, std::ios::binary);
    still::Bytes beginning(kBeginning);
    source.read(reinterpret_cast<char*>(beginning.data()), kBeginning);
    beginning.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, source.gcount())));
    if (still::is_webp_animation(beginning)) return Packed::webp;
    return still::is_deep_png_animation(beginning) ? Packed::deep_png : Packed::no;
}

}  // namespace

std::unique_ptr<UnpackedFilm> UnpackedFilm::of(const std::string& file, const Options& options) {
    if (!is_regular_file(file)) return nullptr;
    const Packed packed = packed_as(file);
    if (packed == Packed::no) return nullptr;
    still::Policy policy;
    policy.name = file;
    policy.max_pixels = options.max_pixels;
    const still::Bytes bytes = read_still(file);
    const bool webp = packed == Packed::webp;
    return std::unique_ptr<UnpackedFilm>(new UnpackedFilm(webp ? still::webp_as_png_animation(bytes, policy) : still::flatten_png_animation(bytes, policy), webp));
}

UnpackedFilm::UnpackedFilm(const still::Bytes& film, bool webp) : descriptor_(memfd_create("invisiblur-film", MFD_CLOEXEC)), webp_(webp) {
    if (descriptor_ < 0) throw std::runtime_error(fmt::format("cannot set memory apart for an animation: {}", std::strerror(errno)));
    for (std::size_t at = 0; at < film.size();) {
        const auto written = ::write(descriptor_, film.data() + at, film.size() - at);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            const int why = errno;
            close(descriptor_);
            throw std::runtime_error(fmt::format("cannot set memory apart for an animation: {}", std::strerror(why)));
        }
        at += static_cast<std::size_t>(written);
    }
    path_ = fmt::format("/proc/self/fd/{}", descriptor_);
}

UnpackedFilm::~UnpackedFilm() {
    close(descriptor_);
}

}  // namespace invisiblur::av
