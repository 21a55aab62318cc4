#include <cstdint>
#include <stdexcept>

#include "pipeline/analysis_file.hpp"
#include "summed_file.hpp"

using namespace invisiblur;

/// Any bytes with a right sum are an analysis whose plates can be asked for and whose places lie in its pictures, or an exception.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static SummedFile file;
    try {
        for (const auto& analysis : load_analyses(file.with({data, size}), {"", ""})) {
            const Rect bounds{0, 0, analysis->tracks.source.width, analysis->tracks.source.height};
            for (const ShotRecord& shot : analysis->shots) {
                if (shot.plate) static_cast<void>(shot.plate->plate(shot.start, intersect(bounds, grow(shot.plate_area, 8, 8))));
                for (const ReferenceFrame& reference : shot.references) {
                    const OwnedImage copy = copy_image(reference.sample.picture->view());
                    for (const FaceArea& area : reference.sample.areas)
                        if (intersect(unite(area.core, area.halo), copy.view().bounds()) != area.halo) __builtin_trap();
                }
            }
        }
    } catch (const std::exception&) {
        return 0;
    }
    return 0;
}
