#include <stdexcept>

#include "still/metadata_cleaner.hpp"
#include "still/still_file.hpp"
#include "still/tiff_codec.hpp"
#include "still/tiff_exif.hpp"
#include "still/tiff_samples.hpp"

namespace invisiblur::still {
namespace {

constexpr std::uint32_t kOrientation = 274;

class TiffFile : public StillFile {
public:
    TiffFile(Bytes bytes, const Policy& policy) : policy_(policy), cleaner_(policy), source_{std::move(bytes)} {
        tiff_ = open_memory(source_, "rm", policy_.name);
        big_ = TIFFIsBigTIFF(tiff_.get());
        pages_ = tiff_pages_of(tiff_.get(), policy_.name);
        take_exif();
        if (pages_.smaller > 0) cleaner_.left_out("smaller copies of the picture (" + std::to_string(pages_.smaller) + ")");
        if (pages_.masks > 0) cleaner_.left_out("masks of the picture (" + std::to_string(pages_.masks) + ")");
        const bool big_endian = TIFFIsBigEndian(tiff_.get()) != 0;
        made_ = open_memory(result_, big_ ? (big_endian ? "wb8" : "wl8") : big_endian ? "wb" : "wl", policy_.name);
        open_page();
        if (pages() == 1) tell();
    }

    std::string codec() const override { return "tiff"; }

    int pages() const override { return static_cast<int>(pages_.pages.size()); }

    void next_page(std::span<const Rect> hidden) override {
        keep_page(hidden);
        ++at_;
        open_page();
        if (at_ + 1 == pages_.pages.size()) tell();
    }

    Bytes write(std::span<const Rect> hidden) override {
        keep_page(hidden);
        made_.reset();
        Bytes result = std::move(result_.bytes);
        return exif_.empty() ? result : tiff_with_exif(result, exif_);
    }

private:
    /// exiv2 reads and writes the first page's.
    void take_exif() {
        try {
            exif_ = big_ ? Bytes() : exif_of_tiff(source_.bytes);
        } catch (const std::exception&) {
            cleaner_.left_out("Exif, which cannot be read");
        }
        if (!exif_.empty()) exif_ = policy_.drop_metadata ? Bytes() : cleaner_.exif(exif_);
        if (big_) name_lost_exif("Exif of a BigTIFF");
    }

    void name_lost_exif(const char* what) {
        std::uint64_t place = 0;
        const bool there = TIFFGetField(tiff_.get(), TIFFTAG_EXIFIFD, &place) || TIFFGetField(tiff_.get(), TIFFTAG_GPSIFD, &place);
        if (there && cleaner_.keeps_text()) cleaner_.left_out(what);
    }

    void open_page() {
        if (!TIFFSetDirectory(tiff_.get(), pages_.pages[at_])) throw std::runtime_error(policy_.name + ": the TIFF is damaged");
        page_ = decode_tiff_page(tiff_.get(), policy_);
        if (at_ > 0) name_lost_exif("Exif of further pages");
        TiffForm& form = page_.form;
        if (!form.xmp.empty()) form.xmp = cleaner_.xmp(form.xmp);
        if (!form.iptc.empty()) form.iptc = cleaner_.iptc(form.iptc);
        if (!form.photoshop.empty()) form.photoshop = cleaner_.photoshop(form.photoshop);
        if (!cleaner_.keeps_text()) form.texts.clear();
        orientation_ = 1;
        for (const auto& [tag, value] : form.words)
            if (tag == kOrientation && value >= 1 && value <= 8) orientation_ = value;
        image_ = std::move(page_.image);
    }

    void keep_page(std::span<const Rect> hidden) {
        // What lost something when it was coded need not lose more where nothing is hidden.
        if (hidden.empty() && better_copied(page_.form)) return copy_tiff_page(tiff_.get(), made_.get(), page_.form, policy_.name);
        page_.colours->put_changes(image_.view(), hidden, page_.samples);
        write_tiff_page(made_.get(), page_.form, page_.samples, policy_.name);
    }

    void tell() {
        cleaner_.tell();
        took_out_ = cleaner_.took_out();
    }

    Policy policy_;
    MetadataCleaner cleaner_;
    TiffMemory source_, result_;
    TiffPtr tiff_, made_;
    bool big_ = false;
    TiffPages pages_;
    std::size_t at_ = 0;
    TiffPage page_;
    Bytes exif_;
};

}  // namespace

std::unique_ptr<StillFile> open_tiff(Bytes bytes, const Policy& policy) {
    return std::make_unique<TiffFile>(std::move(bytes), policy);
}

}  // namespace invisiblur::still
