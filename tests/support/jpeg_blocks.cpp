#include "support/jpeg_blocks.hpp"

#include <algorithm>

#include "still/jpeg_handles.hpp"
#include "support/process.hpp"

namespace invisiblur::test {

Blocks different_blocks(const std::string& a, const std::string& b, const Box& box) {
    const std::string one = content_of(a), two = content_of(b);
    still::JpegReader first(still::view_of(one), a), second(still::view_of(two), b);
    jpeg_read_header(first.get(), TRUE);
    jpeg_read_header(second.get(), TRUE);
    jvirt_barray_ptr *p = jpeg_read_coefficients(first.get()), *q = jpeg_read_coefficients(second.get());
    Blocks found;
    const auto row = [](still::JpegReader& jpeg, jvirt_barray_ptr blocks, JDIMENSION y) {
        return *jpeg->mem->access_virt_barray(reinterpret_cast<j_common_ptr>(jpeg.get()), blocks, y, 1, FALSE);
    };
    for (int c = 0; c < first->num_components; ++c) {
        const jpeg_component_info& k = first->comp_info[c];
        const double across = 8.0 * first->max_h_samp_factor / k.h_samp_factor, down = 8.0 * first->max_v_samp_factor / k.v_samp_factor;
        for (JDIMENSION y = 0; y < k.height_in_blocks; ++y) {
            for (JDIMENSION x = 0; x < k.width_in_blocks; ++x) {
                if (std::equal(row(first, p[c], y)[x], row(first, p[c], y)[x] + 64, row(second, q[c], y)[x])) continue;
                const bool in = (x + 1) * across > box.x && x * across < box.x + box.w && (y + 1) * down > box.y && y * down < box.y + box.h;
                ++(in ? found.inside : found.outside);
            }
        }
    }
    return found;
}

}  // namespace invisiblur::test
