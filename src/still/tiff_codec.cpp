#include "still/tiff_codec.hpp"

#include <stdexcept>

#include "still/tiff_handles.hpp"
#include "still/tiff_samples.hpp"

namespace invisiblur::still {

TiffPage decode_tiff_page(TIFF* tiff, const Policy& policy) {
    TiffPage page{tiff_form_of(tiff, policy), {}, nullptr, {}};
    page.samples = read_tiff_samples(tiff, page.form, policy.name);
    page.colours = std::make_unique<TiffColours>(page.form, page.samples);
    page.image = page.colours->picture(page.samples);
    return page;
}

TiffPage decode_tiff(ByteView bytes, const Policy& policy) {
    TiffMemory memory{Bytes(bytes.begin(), bytes.end())};
    const TiffPtr tiff = open_memory(memory, "rm", policy.name);
    return decode_tiff_page(tiff.get(), policy);
}

TiffPages tiff_pages_of(TIFF* tiff, const std::string& name) {
    TiffPages found;
    do {
        std::uint16_t count = 0;
        void* sub = nullptr;
        if (TIFFGetField(tiff, TIFFTAG_SUBIFD, &count, &sub)) found.smaller += count;
        std::uint32_t kind = 0;
        TIFFGetFieldDefaulted(tiff, TIFFTAG_SUBFILETYPE, &kind);
        // The first one is a picture whatever it says of itself.
        const bool first = TIFFCurrentDirectory(tiff) == 0;
        if (!first && kind & FILETYPE_REDUCEDIMAGE) ++found.smaller;
        else if (!first && kind & FILETYPE_MASK) ++found.masks;
        else found.pages.push_back(static_cast<std::uint16_t>(TIFFCurrentDirectory(tiff)));
    } while (TIFFReadDirectory(tiff));
    if (!TIFFSetDirectory(tiff, 0)) throw std::runtime_error(name + ": the TIFF is damaged");
    return found;
}

}  // namespace invisiblur::still
