#include <stdexcept>

#include "still/metadata_cleaner.hpp"
#include "still/still_file.hpp"
#include "still/tiff_codec.hpp"
#include "still/tiff_exif.hpp"

namespace invisiblur::still {
namespace {

constexpr std::uint32_t kOrientation = 274;

class TiffFile : public StillFile {
public:
    TiffFile(const Bytes& bytes, const Policy& policy) : name_(policy.name), picture_(decode_tiff(bytes, policy)) {
        MetadataCleaner cleaner(policy);
        TiffForm& form = picture_.form;
        try {
            exif_ = exif_of_tiff(bytes);
        } catch (const std::exception&) {
            cleaner.left_out("Exif, which cannot be read");
        }
        if (!exif_.empty()) exif_ = policy.drop_metadata ? Bytes() : cleaner.exif(exif_);
        if (!form.xmp.empty()) form.xmp = cleaner.xmp(form.xmp);
        if (!form.iptc.empty()) form.iptc = cleaner.iptc(form.iptc);
        if (!form.photoshop.empty()) form.photoshop = cleaner.photoshop(form.photoshop);
        if (!cleaner.keeps_text()) form.texts.clear();
        if (form.smaller_pictures > 0) cleaner.left_out("smaller copies of the picture (" + std::to_string(form.smaller_pictures) + ")");
        for (const auto& [tag, value] : form.words)
            if (tag == kOrientation && value >= 1 && value <= 8) orientation_ = value;
        cleaner.tell();
        took_out_ = cleaner.took_out();
        image_ = std::move(picture_.image);
    }

    std::string codec() const override { return "tiff"; }

    Bytes write(std::span<const Rect>) override {
        picture_.image = std::move(image_);
        Bytes result = encode_tiff(picture_, name_);
        image_ = std::move(picture_.image);
        return exif_.empty() ? result : tiff_with_exif(result, exif_);
    }

private:
    std::string name_;
    TiffPicture picture_;
    Bytes exif_;
};

}  // namespace

std::unique_ptr<StillFile> open_tiff(Bytes bytes, const Policy& policy) {
    return std::make_unique<TiffFile>(bytes, policy);
}

}  // namespace invisiblur::still
