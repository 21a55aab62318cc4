#include <stdexcept>

#include "still/avif_codec.hpp"
#include "still/heif_codec.hpp"
#include "still/metadata_cleaner.hpp"
#include "still/still_file.hpp"

namespace invisiblur::still {
namespace {

constexpr std::string_view kExifHead("Exif\0\0", 6);

/// The boxes of the file's top level, as far as they can be read.
struct FileBox {
    std::string type;
    ByteView content;
};
std::vector<FileBox> boxes_of(ByteView bytes) {
    std::vector<FileBox> boxes;
    for (std::size_t at = 0; at + 8 <= bytes.size();) {
        std::size_t size = big_endian(bytes, at, 4), head = 8;
        if (size == 1 && at + 16 <= bytes.size()) size = std::size_t{big_endian(bytes, at + 8, 4)} << 32 | big_endian(bytes, at + 12, 4), head = 16;
        if (size == 0) size = bytes.size() - at;
        if (size < head || size > bytes.size() - at) {
            boxes.push_back({"", bytes.subspan(at)});
            break;
        }
        boxes.push_back({std::string(text_of(bytes.subspan(at + 4, 4))), bytes.subspan(at + head, size - head)});
        at += size;
    }
    return boxes;
}

/// The richest chroma of all pictures in the file: alpha and depth have none, thumbnails no more than the main one. The decoders' configuration
/// boxes say it (ISO/IEC 14496-15 hvcC, AV1-ISOBMFF av1C).
heif_chroma chroma_of(ByteView bytes) {
    constexpr std::size_t kHvcChroma = 4 + 16, kAv1Flags = 4 + 2;
    int chroma = 0;
    const std::string_view text = text_of(bytes);
    for (std::size_t at = text.find("hvcC"); at != std::string_view::npos && at + kHvcChroma < bytes.size(); at = text.find("hvcC", at + 4))
        chroma = std::max(chroma, bytes[at + kHvcChroma] & 3);
    for (std::size_t at = text.find("av1C"); at != std::string_view::npos && at + kAv1Flags < bytes.size(); at = text.find("av1C", at + 4)) {
        const int flags = bytes[at + kAv1Flags], across = flags >> 3 & 1, down = flags >> 2 & 1;
        if (!(flags >> 4 & 1)) chroma = std::max(chroma, 3 - across - down);
    }
    return static_cast<heif_chroma>(chroma);  // both count alike: 0 none, 1 4:2:0, 2 4:2:2, 3 4:4:4
}

/// By the brands: what the primary picture is coded with is no other thing that libheif tells.
HeifCoding coding_of(ByteView bytes, const std::string& name) {
    const auto boxes = boxes_of(bytes);
    const std::string_view brands = boxes.empty() ? std::string_view() : text_of(boxes.front().content);
    Bytes properties;
    for (const FileBox& box : boxes)
        if (box.type == "meta") append(properties, box.content);
    if (brands.find("avif") != std::string_view::npos) return {heif_compression_AV1, chroma_of(properties)};
    for (const char* brand : {"heic", "heix", "heim", "heis"})
        if (brands.find(brand) != std::string_view::npos) return {heif_compression_HEVC, chroma_of(properties)};
    throw std::runtime_error(name + ": a HEIF file that is neither HEIC nor AVIF cannot be written: convert it to JPEG or PNG first");
}

heif_error take_bytes(heif_context*, const void* data, std::size_t size, void* to) {
    append(*static_cast<Bytes*>(to), {static_cast<const std::uint8_t*>(data), size});
    return {heif_error_Ok, heif_suberror_Unspecified, ""};
}

class HeifFile : public StillFile {
public:
    HeifFile(Bytes bytes, const Policy& policy) : bytes_(std::move(bytes)), policy_(policy), cleaner_(policy), source_(heif_context_alloc()), made_(heif_context_alloc()) {
        check_heif(heif_context_read_from_memory_without_copy(source_.get(), bytes_.data(), bytes_.size(), nullptr), policy.name, "not a HEIF file that can be read");
        list_pictures();
        coding_ = coding_of(bytes_, policy.name);
        name_foreign_boxes();
        open_page();
    }

    std::string codec() const override { return coding_.codec == heif_compression_AV1 ? "avif" : "heic"; }

    int pages() const override { return static_cast<int>(ids_.size()); }

    void next_page(std::span<const Rect>) override {
        keep_page();
        ++at_;
        open_page();
    }

    Bytes write(std::span<const Rect>) override {
        if (by_libavif()) {
            picture_.image = std::move(image_);
            return encode_avif(picture_, exif_, xmp_, policy_.name);
        }
        keep_page();
        check_heif(heif_context_set_primary_image(made_.get(), first_.get()), policy_.name, "the result has no main picture");
        Bytes result;
        heif_writer writer{1, take_bytes};
        check_heif(heif_context_write(made_.get(), &writer, &result), policy_.name, "the result cannot be put together");
        return result;
    }

private:
    /// libheif's AV1 encoder before 1.17 ends the whole program at more than 8 bits, and has no way for planes of RGB.
    bool by_libavif() const { return coding_.codec == heif_compression_AV1 && (picture_.form.depth > 8 || picture_.form.rgb); }

    /// The main picture first, then those that stand beside it.
    void list_pictures() {
        heif_item_id main = 0;
        check_heif(heif_context_get_primary_image_ID(source_.get(), &main), policy_.name, "it has no main picture");
        ids_.resize(static_cast<std::size_t>(heif_context_get_number_of_top_level_images(source_.get())));
        ids_.resize(static_cast<std::size_t>(heif_context_get_list_of_top_level_image_IDs(source_.get(), ids_.data(), static_cast<int>(ids_.size()))));
        std::erase(ids_, main);
        ids_.insert(ids_.begin(), main);
    }

    void open_page() {
        heif_image_handle* raw = nullptr;
        check_heif(heif_context_get_image_handle(source_.get(), ids_[at_], &raw), policy_.name, "it has no picture where it says so");
        const HeifHandlePtr handle(raw);
        check_pixel_count(heif_image_handle_get_width(raw), heif_image_handle_get_height(raw), policy_);
        picture_ = decode_heif(*handle, coding_, policy_);
        if (by_libavif() && pages() > 1)
            throw std::runtime_error(policy_.name + ": an AVIF of more than 8 bits or of RGB with several pictures cannot be written: take them apart or convert them to HEIC first");
        take_metadata(*handle);
        name_attached_pictures(*handle);
        if (at_ + 1 == ids_.size()) {
            cleaner_.tell();
            took_out_ = cleaner_.took_out();
        }
        image_ = std::move(picture_.image);
    }

    void keep_page() {
        picture_.image = std::move(image_);
        HeifHandlePtr handle = encode_heif(*made_, picture_, policy_.name);
        const auto size = [](const Bytes& bytes) { return static_cast<int>(bytes.size()); };
        if (!exif_.empty()) check_heif(heif_context_add_exif_metadata(made_.get(), handle.get(), exif_.data(), size(exif_)), policy_.name, "Exif cannot be written");
        if (!xmp_.empty()) check_heif(heif_context_add_XMP_metadata(made_.get(), handle.get(), xmp_.data(), size(xmp_)), policy_.name, "XMP cannot be written");
        if (!first_) first_ = std::move(handle);
    }

    /// The picture is turned upright when it is decoded, so that no orientation stays in Exif.
    void take_metadata(const heif_image_handle& handle) {
        exif_.clear(), xmp_.clear();
        std::vector<heif_item_id> ids(static_cast<std::size_t>(heif_image_handle_get_number_of_metadata_blocks(&handle, nullptr)));
        heif_image_handle_get_list_of_metadata_block_IDs(&handle, nullptr, ids.data(), static_cast<int>(ids.size()));
        for (const heif_item_id id : ids) {
            const std::string type = heif_image_handle_get_metadata_type(&handle, id);
            const std::string content = heif_image_handle_get_metadata_content_type(&handle, id);
            Bytes block(heif_image_handle_get_metadata_size(&handle, id));
            check_heif(heif_image_handle_get_metadata(&handle, id, block.data()), policy_.name, "its metadata cannot be read");
            if (type == "Exif") {
                exif_ = cleaner_.exif(tiff_part(block), true);
            } else if (type == "mime" && content == "application/rdf+xml") {
                xmp_ = cleaner_.xmp(block);
            } else if (cleaner_.keeps_text()) {
                cleaner_.left_out("metadata of type " + type);
            }
        }
    }

    /// Behind a count of bytes to skip, and perhaps a JPEG's head.
    static ByteView tiff_part(const Bytes& block) {
        if (block.size() < 4) return {};
        const std::size_t skip = 4 + std::size_t{big_endian(block, 0, 4)};
        const ByteView rest = ByteView(block).subspan(std::min(skip, block.size()));
        return starts_with(rest, kExifHead) ? rest.subspan(kExifHead.size()) : rest;
    }

    void name_attached_pictures(const heif_image_handle& handle) {
        const auto count = [&](int number, const char* what) {
            if (number > 0) cleaner_.left_out(std::to_string(number) + " " + what + (number > 1 ? "s" : ""));
        };
        count(heif_image_handle_get_number_of_depth_images(&handle), "depth map");
        count(heif_image_handle_get_number_of_thumbnails(&handle), "thumbnail");
        count(heif_image_handle_get_number_of_auxiliary_images(&handle, LIBHEIF_AUX_IMAGE_FILTER_OMIT_ALPHA | LIBHEIF_AUX_IMAGE_FILTER_OMIT_DEPTH),
              "auxiliary picture");
    }

    void name_foreign_boxes() {
        for (const FileBox& box : boxes_of(bytes_)) {
            if (box.type == "ftyp" || box.type == "meta" || box.type == "mdat") continue;
            const bool film = box.type == "mpvd" || box.type == "moov" || text_of(box.content).find("moov") != std::string_view::npos;
            cleaner_.left_out(film ? "the film of a motion photo" : std::to_string(box.content.size()) + " bytes besides the picture");
        }
    }

    Bytes bytes_;
    Policy policy_;
    MetadataCleaner cleaner_;
    HeifContextPtr source_, made_;
    HeifHandlePtr first_;  ///< of the result's pictures
    std::vector<heif_item_id> ids_;
    std::size_t at_ = 0;
    HeifCoding coding_;
    HeifPicture picture_;
    Bytes exif_;
    Bytes xmp_;
};

}  // namespace

std::unique_ptr<StillFile> open_heif(Bytes bytes, const Policy& policy) {
    return std::make_unique<HeifFile>(std::move(bytes), policy);
}

}  // namespace invisiblur::still
