#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "erase/background/patch_match.hpp"

namespace invisiblur {

/// What a pixel is to the completion.
enum class Role : std::uint8_t {
    source,  ///< known scene: may be copied, and is fitted to
    fitted,  ///< fitted to, but not copied: what was made up before
    beside,  ///< neither: a person's body, or something unknown that nobody wants
    hole,    ///< wanted
};

/// Where each hole's pixel comes from: the way to paint it in any component of the true picture.
struct Exemplars {
    /// One source of one pixel, as the index of a pixel, and its share.
    struct Copy {
        int source;
        float weight;
    };
    std::vector<int> pixels;           ///< the hole, in growing order
    std::vector<std::size_t> begins;   ///< for each, where its copies begin in `copies`; and the end
    std::vector<Copy> copies;          ///< weights of a pixel add up to 1
    std::shared_ptr<const Exemplars> border = nullptr;  ///< what the same pieces say of the known pixels beside the hole

    bool empty() const { return pixels.empty(); }
};

/// Completes a hole from known scene by exemplars, from coarse to fine: at each level of a pyramid patches that touch the hole look for the
/// source patch that is most alike, and each pixel becomes the weighted mean of what the patches over it say, several times over
/// (the space-time completion of Wexler, Shechtman, Irani 2007, with the nearest-neighbour fields of Barnes et al. 2009 and the texture
/// feature of Newson et al. 2014). The coarsest level begins with the smooth membrane. At the finest level the patches that fit best decide, so that
/// texture stays.
/// In:      image, three bytes of colour a pixel (the fourth is set here); roles, one a pixel.
/// Returns: nothing where it is hopeless: no hole, or too little known scene.
/// Only sources are ever copied, and nothing depends on what the picture holds in `hole` and `beside`. Deterministic.
Exemplars find_exemplars(const PatchImage& image, std::span<const Role> roles);

}  // namespace invisiblur
