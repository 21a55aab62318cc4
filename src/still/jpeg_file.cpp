#include <cstring>
#include <stdexcept>

#include "base/metadata_rules.hpp"
#include "still/jpeg_planes.hpp"
#include "still/layouts.hpp"
#include "still/metadata_cleaner.hpp"
#include "still/still_file.hpp"
#include "still/touched_blocks.hpp"

namespace invisiblur::still {
namespace {

using namespace std::string_view_literals;

constexpr auto kExif = "Exif\0\0"sv, kXmp = "http://ns.adobe.com/xap/1.0/\0"sv, kMoreXmp = "http://ns.adobe.com/xmp/extension/\0"sv,
               kProfile = "ICC_PROFILE\0"sv, kPhotoshop = "Photoshop 3.0\0"sv, kJfif = "JFIF\0"sv, kAdobe = "Adobe"sv, kMpf = "MPF\0"sv;
constexpr std::size_t kMostSegmentBytes = 65533;

/// A marker segment that the result gets.
struct Segment {
    int marker = 0;
    Bytes content;
};

Bytes joined(std::string_view head, const Bytes& rest) {
    Bytes content(head.size() + rest.size());
    std::ranges::copy(rest, std::ranges::copy(head, content.begin()).out);
    return content;
}

/// Decides about each marker segment of the source.
class Segments {
public:
    explicit Segments(const Policy& policy) : cleaner_(policy) {}

    void add(int marker, ByteView content) {
        if (marker == JPEG_COM) {
            if (!cleaner_.keeps_text()) return;
            if (may_hold_a_picture(content)) return cleaner_.left_out("a comment that may hold a picture");
            keep(marker, Bytes(content.begin(), content.end()));
        } else if (marker == JPEG_APP0 && starts_with(content, kJfif)) {
            if (content.size() > 14) cleaner_.left_out("the JFIF thumbnail");  // libjpeg writes the header itself
        } else if (marker == JPEG_APP0 + 1 && starts_with(content, kExif)) {
            add_cleaned(marker, kExif, cleaner_.exif(content.subspan(kExif.size())));
        } else if (marker == JPEG_APP0 + 1 && starts_with(content, kXmp)) {
            add_cleaned(marker, kXmp, cleaner_.xmp(content.subspan(kXmp.size())));
        } else if (marker == JPEG_APP0 + 2 && starts_with(content, kProfile)) {
            keep(marker, Bytes(content.begin(), content.end()));
        } else if (marker == JPEG_APP0 + 13 && starts_with(content, kPhotoshop)) {
            resources_.insert(resources_.end(), content.begin() + static_cast<std::ptrdiff_t>(kPhotoshop.size()), content.end());
        } else if (marker != JPEG_APP0 + 14 || !starts_with(content, kAdobe)) {
            reject(marker, content);
        }
    }

    /// Photoshop's resources may go over several segments; they are one block.
    void finish() {
        const Bytes cleaned = cleaner_.photoshop(resources_);
        for (std::size_t at = 0; at < cleaned.size();) {
            const std::size_t size = std::min(cleaned.size() - at, kMostSegmentBytes - kPhotoshop.size());
            const auto begin = cleaned.begin() + static_cast<std::ptrdiff_t>(at);
            keep(JPEG_APP0 + 13, joined(kPhotoshop, Bytes(begin, begin + static_cast<std::ptrdiff_t>(size))));
            at += size;
        }
    }

    MetadataCleaner& cleaner() { return cleaner_; }
    const std::vector<Segment>& kept() const { return kept_; }

private:
    void keep(int marker, Bytes content) { kept_.push_back({marker, std::move(content)}); }

    void add_cleaned(int marker, std::string_view head, const Bytes& cleaned) {
        if (cleaned.empty()) return;
        if (head.size() + cleaned.size() > kMostSegmentBytes) return cleaner_.left_out("metadata that became too long");
        keep(marker, joined(head, cleaned));
    }

    /// What is not known stays out: makers keep previews, depth maps and thermal pictures there.
    void reject(int marker, ByteView content) {
        if (marker == JPEG_APP0 + 1 && starts_with(content, kMoreXmp)) return cleaner_.left_out("extended XMP");
        if (marker == JPEG_APP0 + 2 && starts_with(content, kMpf)) return cleaner_.left_out("the list of further pictures (MPF)");
        cleaner_.left_out("segment APP" + std::to_string(marker - JPEG_APP0));
    }

    MetadataCleaner cleaner_;
    std::vector<Segment> kept_;
    Bytes resources_;
};

/// "an MP4 film" for what the end of a file holds.
std::string describe_rest(ByteView rest) {
    const std::string size = std::to_string(rest.size()) + " bytes after the picture's end";
    const std::string_view text = text_of(rest);
    if (text.find("ftyp") != std::string_view::npos && text.find("moov") != std::string_view::npos) return "the film of a motion photo (" + size + ")";
    if (text.find("\xFF\xD8\xFF"sv) != std::string_view::npos) return "further pictures (" + size + ")";
    return size;
}

class JpegFile : public StillFile {
public:
    JpegFile(Bytes bytes, const Policy& policy) : bytes_(std::move(bytes)), name_(policy.name), segments_(policy) {
        JpegReader jpeg(bytes_, name_);
        constexpr unsigned kWhole = 0xFFFF;
        jpeg_save_markers(jpeg.get(), JPEG_COM, kWhole);
        for (int i = 0; i < 16; ++i) jpeg_save_markers(jpeg.get(), JPEG_APP0 + i, kWhole);
        jpeg_read_header(jpeg.get(), TRUE);
        check_pixel_count(jpeg->image_width, jpeg->image_height, policy);
        for (const jpeg_marker_struct* m = jpeg->marker_list; m; m = m->next) segments_.add(m->marker, {m->data, m->data_length});
        segments_.finish();
        source_ = read_planes(jpeg, jpeg_layout(jpeg, name_));
        const std::size_t left = jpeg.bytes_left();
        if (left > 0) segments_.cleaner().left_out(describe_rest(ByteView(bytes_).last(left)));
        segments_.cleaner().tell();
        orientation_ = segments_.cleaner().orientation();
        took_out_ = segments_.cleaner().took_out();
        const ImageView& view = source_.view();
        image_ = OwnedImage(view.layout, view.width, view.height);
        copy_samples(view, image_.view());
    }

    std::string codec() const override { return "jpeg"; }

    Bytes write(std::span<const Rect> hidden) override {
        JpegReader source(bytes_, name_);
        jpeg_read_header(source.get(), TRUE);
        jvirt_barray_ptr* blocks = jpeg_read_coefficients(source.get());
        replace_blocks(source, blocks, hidden);
        JpegWriter result(name_);
        jpeg_copy_critical_parameters(source.get(), result.get());
        result->write_JFIF_header = source->saw_JFIF_marker;
        result->write_Adobe_marker = source->saw_Adobe_marker;
        result->restart_interval = source->restart_interval;
        result->arith_code = source->arith_code;
        result->optimize_coding = TRUE;
        if (source->progressive_mode) jpeg_simple_progression(result.get());
        jpeg_write_coefficients(result.get(), blocks);
        for (const Segment& segment : segments_.kept())
            jpeg_write_marker(result.get(), segment.marker, segment.content.data(), static_cast<unsigned>(segment.content.size()));
        jpeg_finish_compress(result.get());
        jpeg_finish_decompress(source.get());
        return result.bytes();
    }

private:
    /// Blocks that nothing touched keep their coefficients; the others get those of the changed picture under the source's own tables.
    void replace_blocks(JpegReader& source, jvirt_barray_ptr* blocks, std::span<const Rect> hidden) {
        const Bytes changed_bytes = encode_planes(image_.view(), source, name_);
        JpegReader changed(changed_bytes, name_);
        jpeg_read_header(changed.get(), TRUE);
        jvirt_barray_ptr* others = jpeg_read_coefficients(changed.get());
        for (int c = 0; c < source->num_components; ++c) {
            const jpeg_component_info& k = source->comp_info[c];
            const TouchedBlocks touched(source_.view(), image_.view(), hidden, c);
            for (JDIMENSION y = 0; y < k.height_in_blocks; ++y) {
                JBLOCKROW to = *access(source, blocks[c], y, TRUE), from = *access(changed, others[c], y, FALSE);
                for (JDIMENSION x = 0; x < k.width_in_blocks; ++x)
                    if (touched.touched(static_cast<int>(x), static_cast<int>(y))) std::memcpy(to[x], from[x], sizeof(JBLOCK));
            }
        }
    }

    static JBLOCKARRAY access(JpegReader& jpeg, jvirt_barray_ptr blocks, JDIMENSION row, boolean writable) {
        return jpeg->mem->access_virt_barray(reinterpret_cast<j_common_ptr>(jpeg.get()), blocks, row, 1, writable);
    }

    Bytes bytes_;
    std::string name_;
    Segments segments_;
    OwnedImage source_;  ///< as it was decoded
};

}  // namespace

std::unique_ptr<StillFile> open_jpeg(Bytes bytes, const Policy& policy) {
    return std::make_unique<JpegFile>(std::move(bytes), policy);
}

}  // namespace invisiblur::still
